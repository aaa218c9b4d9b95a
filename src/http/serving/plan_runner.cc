#include "http/serving/plan_runner.h"

#include <memory>
#include <optional>
#include <utility>

#include "http/codec/etag.h"
#include "http/serving/answering.h"

namespace linebook::http {
namespace {

/// On a public route it is nobody's: the work finds out on whose behalf it is.
AccountId account_of(ApiExchange const& exchange) {
  return exchange.principal ? exchange.principal->account : AccountId{};
}

Context context_of(Environment const& env, ApiExchange const& exchange) {
  auto const& principal = exchange.principal;
  return {account_of(exchange),
          principal ? principal->use->id.value : std::string(),
          exchange.request_id,
          exchange.now,
          env.ids,
          env.secrets,
          env.policies};
}

/// A read on its way: answers 304 where the client has the same already.
class ReadRequest final : public ReadJob {
 public:
  ReadRequest(Request const& request, ApiExchange const& exchange, ReadWork work, Reply reply)
      : exchange_(exchange), work_(std::move(work)), reply_(std::move(reply)) {
    trace = JobTrace(exchange.span.place());
    if (auto const known = request.header("If-None-Match")) if_none_match_ = std::string(*known);
  }
  AccountId account() const override { return account_of(exchange_); }
  void run(Transaction const& tx) override { outcome_ = work_(tx); }
  void done(std::optional<Error> error) override {
    if (error) outcome_ = fail(std::move(*error));
    reply_(respond(exchange_, rendered()));
  }

 private:
  Rendered rendered() const {
    auto rendered = render(outcome_, exchange_.request_id, error_form_of(exchange_));
    if (if_none_match_.empty() || !outcome_ || outcome_->tag != Answer::Tag::entity) return rendered;
    auto const tag = entity_tag(outcome_->body);
    if (!names_tag(if_none_match_, tag, TagComparison::weak)) return rendered;
    auto head = "ETag: " + tag + "\r\n";
    // RFC 9110, section 15.4.5: what a cache needs to tell which of several answers is meant.
    if (!outcome_->vary.empty()) head.append("Vary: ").append(outcome_->vary).append("\r\n");
    return {304, std::move(head), {}};
  }

  ApiExchange const& exchange_;  // lives until the reply was made
  ReadWork work_;
  Reply reply_;
  std::string if_none_match_;
  Result<Answer> outcome_;
};

/// A stream on its way: begins where the books stood once it was asked for.
class StreamRequest final : public ReadJob {
 public:
  StreamRequest(ApiExchange const& exchange, Stream stream, Reply reply)
      : exchange_(exchange), stream_(std::move(stream)), reply_(std::move(reply)) {
    trace = JobTrace(exchange.span.place());
  }
  AccountId account() const override { return account_of(exchange_); }
  void run(Transaction const& tx) override { opened_ = stream_.open(tx); }
  void done(std::optional<Error> error) override {
    if (error) opened_ = fail(std::move(*error));
    if (!opened_) return reply_(respond(exchange_, render(fail(opened_.error()), exchange_.request_id)));
    // Proxies pass on what comes instead of gathering it (nginx, "X-Accel-Buffering").
    auto response = respond(exchange_, {200,
                                        "Content-Type: " + std::string(stream_.content_type) +
                                            "\r\nCache-Control: no-store\r\nX-Accel-Buffering: no\r\n",
                                        {}});
    response.stream = std::move(*opened_);
    reply_(std::move(response));
  }

 private:
  ApiExchange const& exchange_;  // lives until the reply was made
  Stream stream_;
  Reply reply_;
  Result<std::unique_ptr<BodyStream>> opened_;
};

/// A write on its way. May run more than once; answers once it is durable.
class WriteRequest final : public WriteJob {
 public:
  /// second: what a carrier's write ends with.
  enum class Half { whole, second };
  WriteRequest(Environment const& env, RunningKeys& running_keys, ApiExchange const& exchange, WriteWork work,
               std::optional<IdempotentRequest> idempotent, Reply reply, Half half = Half::whole)
      : env_(env),
        running_keys_(running_keys),
        exchange_(exchange),
        work_(std::move(work)),
        idempotent_(std::move(idempotent)),
        reply_(std::move(reply)),
        half_(half) {
    trace = JobTrace(exchange.span.place());
  }
  AccountId account() const override { return account_of(exchange_); }
  void run(Transaction& tx) override {
    auto context = context_of(env_, exchange_);
    if (half_ == Half::whole) {
      rendered_ = run_idempotently(tx, context, idempotent_, work_, error_form_of(exchange_));
    } else {
      context.now = env_.clock.now();
      rendered_ = end_idempotently(tx, context, idempotent_, work_);
    }
  }
  void done(std::optional<Error> error) override {
    running_keys_.release(idempotent_);
    if (error) rendered_ = render(fail(std::move(*error)), exchange_.request_id, error_form_of(exchange_));
    reply_(respond(exchange_, std::move(rendered_)));
  }

 private:
  Environment const& env_;
  RunningKeys& running_keys_;
  ApiExchange const& exchange_;  // lives until the reply was made
  WriteWork work_;
  std::optional<IdempotentRequest> idempotent_;
  Reply reply_;
  Half half_;
  Rendered rendered_;
};

/// A carrier's write on its way: begins, waits, and ends in a write of its own.
class CarrierRequest final : public WriteJob {
 public:
  CarrierRequest(Environment const& env, RunningKeys& running_keys, ApiExchange const& exchange,
                 CarrierWrite write, std::optional<IdempotentRequest> idempotent, Reply reply)
      : env_(env),
        running_keys_(running_keys),
        exchange_(exchange),
        write_(std::move(write)),
        idempotent_(std::move(idempotent)),
        reply_(std::move(reply)) {
    trace = JobTrace(exchange.span.place());
  }
  AccountId account() const override { return account_of(exchange_); }
  void run(Transaction& tx) override {
    wait_for_.reset();
    WriteWork begin = [this](Transaction& books, Context const& ctx) -> Result<Answer> {
      auto begun = write_.begin(books, ctx);
      if (!begun) return fail(std::move(begun.error()));
      wait_for_ = std::move(begun->wait_for);
      return std::move(begun->answer);
    };
    rendered_ = run_idempotently(tx, context_of(env_, exchange_), idempotent_, begin);
  }
  void done(std::optional<Error> error) override {
    if (error) rendered_ = render(fail(std::move(*error)), exchange_.request_id, error_form_of(exchange_));
    if (error || !wait_for_) {
      running_keys_.release(idempotent_);
      return reply_(respond(exchange_, std::move(rendered_)));
    }
    auto const account = exchange_.principal->account;
    auto const line = *wait_for_;
    WriteWork end = [end = std::move(write_.end), line](Transaction& tx, Context const& ctx) {
      return end(tx, ctx, line);
    };
    auto last =
        std::make_unique<WriteRequest>(env_, running_keys_, exchange_, std::move(end), std::move(idempotent_),
                                       std::move(reply_), WriteRequest::Half::second);
    env_.carrier_progress.await(account, line, [&store = env_.store, last = std::move(last)]() mutable {
      store.write(std::move(last));
    });
  }

 private:
  Environment const& env_;
  RunningKeys& running_keys_;
  ApiExchange const& exchange_;  // lives until the reply was made
  CarrierWrite write_;
  std::optional<IdempotentRequest> idempotent_;
  Reply reply_;
  std::optional<LineId> wait_for_;
  Rendered rendered_;
};

}  // namespace

/// Answers are kept for an API key: what nobody's request is told, such as a carrier's, is not.
Result<std::optional<IdempotentRequest>> PlanRunner::claim(Request const& request,
                                                           ApiExchange const& exchange) {
  if (!exchange.principal) return std::nullopt;
  return running_keys_.claim(request, exchange, env_.secrets);
}

template <class Job, class Work>
void PlanRunner::write(Request const& request, ApiExchange const& exchange, Work work, Reply reply) {
  auto idempotent = claim(request, exchange);
  if (!idempotent) return reply(fail_with(exchange, idempotent.error()));
  env_.store.write(std::make_unique<Job>(env_, running_keys_, exchange, std::move(work),
                                         std::move(*idempotent), std::move(reply)));
}

void PlanRunner::run(Request const& request, ApiExchange const& exchange, Plan plan, Reply reply) {
  if (auto* answer = std::get_if<Answer>(&plan)) {
    reply(respond(exchange, render(std::move(*answer), exchange.request_id, error_form_of(exchange))));
  } else if (auto* read = std::get_if<Read>(&plan)) {
    env_.store.read(read->cost, std::make_unique<ReadRequest>(request, exchange, std::move(read->work),
                                                              std::move(reply)));
  } else if (auto* plain = std::get_if<Write>(&plan)) {
    write<WriteRequest>(request, exchange, std::move(plain->work), std::move(reply));
  } else if (auto* carrier_write = std::get_if<CarrierWrite>(&plan)) {
    write<CarrierRequest>(request, exchange, std::move(*carrier_write), std::move(reply));
  } else if (auto* stream = std::get_if<Stream>(&plan)) {
    env_.store.read(ReadCost::bounded,
                    std::make_unique<StreamRequest>(exchange, std::move(*stream), std::move(reply)));
  } else {
    // Its answer is not kept: a repeat does it again.
    auto claimed = claim(request, exchange);
    if (!claimed) return reply(fail_with(exchange, claimed.error()));
    std::get<Later>(plan).start([this, &exchange, claimed = std::move(*claimed),
                                 reply = std::move(reply)](Result<Answer> outcome) mutable {
      running_keys_.release(claimed);
      reply(respond(exchange, render(outcome, exchange.request_id, error_form_of(exchange))));
    });
  }
}

}  // namespace linebook::http

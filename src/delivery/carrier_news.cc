#include "delivery/carrier_news.h"

#include <memory>
#include <utility>

#include "app/calls/call_scripts.h"
#include "app/calls/calls.h"
#include "app/calls/outbound_script.h"
#include "app/calls/route_call.h"
#include "app/messages/messages.h"
#include "domain/numbers/written_number.h"

namespace linebook {
namespace {

/// A write job of `run(Transaction&)` that returns what `done(std::optional<T>)` is then given: nothing where
/// it was not committed.
template <class Run, class Done>
class NewsJob final : public WriteJob {
 public:
  NewsJob(Run run, Done done) : run_(std::move(run)), done_(std::move(done)) {}
  void run(Transaction& tx) override { outcome_ = run_(tx); }
  void done(std::optional<Error> error) override {
    if (error) outcome_.reset();
    done_(std::move(outcome_));
  }

 private:
  Run run_;
  Done done_;
  std::optional<std::invoke_result_t<Run&, Transaction&>> outcome_;
};

template <class Run, class Done>
std::unique_ptr<WriteJob> news_job(Run run, Done done) {
  return std::make_unique<NewsJob<Run, Done>>(std::move(run), std::move(done));
}

std::optional<TenDigits> ten_digits_in(std::string_view from) {
  auto const written = read_written_number(from);
  return written ? std::optional(written->number) : std::nullopt;
}

}  // namespace

std::optional<CarrierNews::OurSide> CarrierNews::our_side(Transaction const& tx,
                                                          std::string_view text) const {
  auto const number = E164::parse(text);
  auto const holder = number ? tx.lines().in_service(*number) : std::nullopt;
  auto line = holder ? tx.lines().find(holder->account, holder->line) : std::nullopt;
  if (!line) return std::nullopt;
  auto const now = deps_.clock.now();
  return OurSide{{holder->account, std::string(deps_.actor), deps_.ids.next("req_", now), now, deps_.ids,
                  deps_.secrets, deps_.policies},
                 std::move(*line)};
}

/// `work(Transaction&, OurSide const&)`; a number that is none of ours is nobody's business.
template <class Work, class Done>
void CarrierNews::take_in(std::string number, Work work, Done done) {
  using Outcome = std::invoke_result_t<Work&, Transaction&, OurSide const&>;
  deps_.store.write(news_job(
      [this, number = std::move(number),
       work = std::move(work)](Transaction& tx) mutable -> std::optional<Outcome> {
        auto const side = our_side(tx, number);
        if (!side) return std::nullopt;
        return work(tx, *side);
      },
      [this, done = std::move(done)](std::optional<std::optional<Outcome>> outcome) mutable {
        if (!outcome) deps_.log("what a carrier told could not be kept, and is told again");
        done(std::move(outcome));
      }));
}

void CarrierNews::call_changed(CallNews news, std::move_only_function<void(bool)> taken) {
  auto number = news.id ? news.from : news.to;
  take_in(
      std::move(number),
      [news = std::move(news)](Transaction& tx, OurSide const& side) {
        take_in_call(tx, side.ctx, {.news = news, .line = side.line.id});
        return true;
      },
      [taken = std::move(taken)](std::optional<std::optional<bool>> outcome) mutable {
        taken(outcome.has_value());
      });
}

void CarrierNews::call_answered(CallNews news, std::move_only_function<void(CallScript)> reply) {
  auto number = news.from;
  take_in(
      std::move(number),
      [news = std::move(news)](Transaction& tx, OurSide const& side) -> CallScript {
        auto const placed = news.id ? tx.calls().find(side.ctx.account, *news.id) : std::nullopt;
        take_in_call(tx, side.ctx, {.news = news, .line = side.line.id});
        if (!placed) return EndCall{};
        return outbound_script(tx, side.ctx, *placed, news.answered_by);
      },
      [reply = std::move(reply)](std::optional<std::optional<CallScript>> outcome) mutable {
        reply(outcome && *outcome ? std::move(**outcome) : CallScript(EndCall{}));
      });
}

void CarrierNews::call_came_in(CallNews news, std::move_only_function<void(CallScript)> reply) {
  auto number = news.to;
  take_in(
      std::move(number),
      [news = std::move(news)](Transaction& tx, OurSide const& side) -> CallScript {
        CallNotice told{.news = news, .line = side.line.id};
        told.action = CallAction::reject;
        CallScript script = RejectCall{};
        if (!is_leaving(tx, side.ctx.account, side.line)) {
          auto const route = route_line(tx, side.ctx.account, side.line, ten_digits_in(news.from));
          told.action = route.action;
          if (route.action == CallAction::agent) told.ai_agent = route.agent->id;
          script = script_of(route);
        }
        take_in_call(tx, side.ctx, told);
        return script;
      },
      [reply = std::move(reply)](std::optional<std::optional<CallScript>> outcome) mutable {
        reply(outcome && *outcome ? std::move(**outcome) : CallScript(RejectCall{}));
      });
}

void CarrierNews::text_changed(TextNews news, std::move_only_function<void(bool)> taken) {
  auto number = news.from;
  take_in(
      std::move(number),
      [news = std::move(news)](Transaction& tx, OurSide const& side) {
        take_in_text(tx, side.ctx, news);
        return true;
      },
      [taken = std::move(taken)](std::optional<std::optional<bool>> outcome) mutable {
        taken(outcome.has_value());
      });
}

void CarrierNews::text_came_in(InboundText text,
                               std::move_only_function<void(bool, std::optional<std::string>)> taken) {
  auto number = text.to;
  take_in(
      std::move(number),
      [text = std::move(text)](Transaction& tx, OurSide const& side) {
        return take_in_received(tx, side.ctx, side.line.id, text);
      },
      [taken = std::move(taken)](std::optional<std::optional<std::optional<std::string>>> outcome) mutable {
        taken(outcome.has_value(), outcome && *outcome ? std::move(**outcome) : std::nullopt);
      });
}

}  // namespace linebook

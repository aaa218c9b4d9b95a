#include "delivery/dispatch_runner.h"

#include <algorithm>
#include <memory>

#include "app/ports/blocking.h"

namespace linebook {
namespace {

/// Commits what came of an order.
class EndingOrder final : public WriteJob {
 public:
  EndingOrder(std::function<void(Transaction&)> end, std::move_only_function<void(std::optional<Error>)> done)
      : end_(std::move(end)), done_(std::move(done)) {}
  void run(Transaction& tx) override { end_(tx); }
  void done(std::optional<Error> error) override { done_(std::move(error)); }

 private:
  std::function<void(Transaction&)> end_;
  std::move_only_function<void(std::optional<Error>)> done_;
};

std::string_view dispatch_span_name(DispatchStep step) {
  switch (step) {
    case DispatchStep::place:
      return "carrier.place_call";
    case DispatchStep::send:
      return "carrier.send_text";
    case DispatchStep::find:
      return "carrier.find";
    case DispatchStep::follow:
      return "carrier.follow";
    case DispatchStep::hang_up:
      return "carrier.hang_up";
  }
  return "carrier";
}

}  // namespace

DispatchRunner::DispatchRunner(Dependencies deps)
    : deps_(std::move(deps)),
      rules_{deps_.lists, deps_.zones, calling_hours_, deps_.policies},
      lease_(deps_.ids.next("node_", deps_.clock.now())),
      thread_([this] { run(); }) {}

DispatchRunner::~DispatchRunner() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return in_flight_ == 0; });
}

Context DispatchRunner::context() {
  auto const now = deps_.clock.now();
  return {{}, "linebook", deps_.ids.next("req_", now), now, deps_.ids, deps_.secrets, deps_.policies};
}

void DispatchRunner::end_leases() {
  if (deps_.nodes != Nodes::alone) return;
  auto const ended = write_and_wait(deps_.store, [](Transaction& tx) -> Result<void> {
    tx.dispatches().end_leases();
    return {};
  });
  if (!ended) deps_.log(ended.error().message);
}

void DispatchRunner::run() {
  end_leases();
  for (bool more = true;;) {
    {
      std::unique_lock lock(mutex_);
      if (!more) wake_.wait_for(lock, dispatch_poll, [this] { return stopping_ || look_now_; });
      if (stopping_) return;
      look_now_ = false;
    }
    more = begin_all_due();
  }
}

bool DispatchRunner::begin_all_due() {
  auto const now = deps_.clock.now();
  auto const accounts =
      read_and_wait(deps_.store, [now](Transaction const& tx) -> Result<std::vector<std::string>> {
        return tx.dispatches().carrier_accounts_due(now);
      });
  if (!accounts) return false;
  bool more = false;
  for (auto const& account : *accounts)
    if (auto const room = room_of(account); room > 0) more |= begin(account, room);
  return more;
}

std::size_t DispatchRunner::room_of(std::string const& carrier_account) {
  std::lock_guard lock(mutex_);
  auto const& pace = paces_[carrier_account];
  if (stopping_ || std::chrono::steady_clock::now() < pace.not_before) return 0;
  auto const free = [](std::size_t most, std::size_t taken) { return most - std::min(most, taken); };
  return std::min(free(max_in_flight_of_account, pace.in_flight), free(max_in_flight, in_flight_));
}

bool DispatchRunner::begin(std::string const& carrier_account, std::size_t room) {
  auto const limit = std::min(static_cast<std::int64_t>(room), max_dispatches_begun);
  LinesInFlight lines;
  {
    std::lock_guard lock(mutex_);
    lines = lines_;
  }
  auto orders = write_and_wait(deps_.store, [&](Transaction& tx) -> Result<std::vector<DispatchOrder>> {
    return begin_dispatches(tx, context(), rules_, carrier_account, lease_, lines, limit);
  });
  if (!orders) {
    deps_.log(orders.error().message);
    return false;
  }
  bool const more = std::ssize(*orders) == limit;
  for (auto& order : *orders) ask(std::move(order));
  return more;
}

void DispatchRunner::ask(DispatchOrder order) {
  {
    std::lock_guard lock(mutex_);
    ++in_flight_;
    ++paces_[order.carrier_account].in_flight;
    ++lines_[order.line.value];
  }
  auto& carrier =
      order.carrier == CarrierName::simulator && deps_.simulator != nullptr ? *deps_.simulator : deps_.twilio;
  auto span = deps_.tracer.open_for_request(SpanKind::client, dispatch_span_name(order.step),
                                            {order.account, order.request_id}, order.credentials.traceparent);
  span.note("linebook.account", order.account.value);
  span.note("linebook.line", order.line.value);
  span.note("linebook.subject", order.subject);
  span.note("linebook.carrier", to_string(order.carrier));
  // Kept until the answer is committed; what carriers are given they copy.
  auto kept = std::make_shared<DispatchOrder const>(std::move(order));
  perform(carrier, *kept, [this, kept, span = std::move(span)](DispatchOutcome const& outcome) mutable {
    if (std::holds_alternative<CarrierError>(outcome)) span.fail();
    span.end();
    answered(*kept, outcome);
  });
}

void DispatchRunner::answered(DispatchOrder const& order, DispatchOutcome const& outcome) {
  if (auto const* error = std::get_if<CarrierError>(&outcome); error && error->fault == CarrierFault::busy) {
    auto const pause = std::clamp(error->retry_after.value_or(busy_pause), busy_pause, longest_busy_pause);
    std::lock_guard lock(mutex_);
    paces_[order.carrier_account].not_before = std::chrono::steady_clock::now() + pause;
  }
  deps_.store.write(std::make_unique<EndingOrder>(
      [this, order, outcome](Transaction& tx) { end_dispatch(tx, context(), lease_, order, outcome); },
      [this, account = order.carrier_account, line = order.line](std::optional<Error> error) {
        if (error)
          deps_.log("what a carrier answered could not be kept, and is asked for again: " + error->message);
        committed(account, line);
      }));
}

void DispatchRunner::committed(std::string const& carrier_account, LineId const& line) {
  {
    std::lock_guard lock(mutex_);
    --in_flight_;
    if (auto const of_line = lines_.find(line.value); --of_line->second == 0) lines_.erase(of_line);
    auto const pace = paces_.find(carrier_account);
    --pace->second.in_flight;
    bool const idle =
        pace->second.in_flight == 0 && pace->second.not_before < std::chrono::steady_clock::now();
    if (idle) paces_.erase(pace);
    look_now_ = true;
    // Under the lock: whoever waits for the last answer may destroy this as soon as it is let go.
    wake_.notify_all();
  }
}

}  // namespace linebook

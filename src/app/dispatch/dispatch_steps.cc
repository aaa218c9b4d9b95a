#include "app/dispatch/dispatch_steps.h"

#include <algorithm>
#include <functional>

#include "app/dispatch/dispatched.h"

namespace linebook {
namespace {

template <class T>
auto reply_with(std::move_only_function<void(DispatchOutcome)> done) {
  return [done = std::move(done)](CarrierResult<T> result) mutable {
    if (result)
      done(std::move(*result));
    else
      done(std::move(result.error()));
  };
}

void find(Carrier& carrier, DispatchOrder const& order, std::move_only_function<void(DispatchOutcome)> done) {
  if (order.channel == Channel::call)
    carrier.find_calls(order.credentials, order.search,
                       reply_with<std::vector<CarrierCall>>(std::move(done)));
  else
    carrier.find_texts(order.credentials, order.search,
                       reply_with<std::vector<CarrierText>>(std::move(done)));
}

void follow(Carrier& carrier, DispatchOrder const& order,
            std::move_only_function<void(DispatchOutcome)> done) {
  if (order.channel == Channel::call)
    carrier.get_call(order.credentials, order.sid, reply_with<CarrierCall>(std::move(done)));
  else
    carrier.get_text(order.credentials, order.sid, reply_with<CarrierText>(std::move(done)));
}

/// On whose behalf a dispatch is worked on.
Context on_behalf(Context const& ctx, Dispatch const& dispatch) {
  Context own = of_account(ctx, dispatch.account);
  own.actor = dispatch.actor;
  own.request_id = dispatch.request_id;
  return own;
}

/// The order's frame: what is the same for every step. Nothing: its line is gone or cannot be asked for, and
/// the subject was ended for that.
std::optional<DispatchOrder> frame_of(Transaction& tx, Context const& ctx, Dispatch const& dispatch,
                                      Dispatched& subject) {
  auto const line = tx.reach().line(ctx.account, dispatch.line);
  auto const carrier = line ? carrier_of(tx, ctx.policies, *line) : std::nullopt;
  auto credentials = carrier ? carrier_credentials_of(tx, ctx, *line, *carrier)
                             : Result<CarrierCredentials>(fail(not_found("line")));
  if (!credentials) {
    auto const words = line ? "the line's carrier cannot be asked: " + credentials.error().message
                            : std::string("the line is gone");
    subject.give_up(tx, ctx, dispatch, words);
    return std::nullopt;
  }
  return DispatchOrder{.account = dispatch.account,
                       .subject = dispatch.subject,
                       .channel = dispatch.channel,
                       .line = dispatch.line,
                       .carrier = *carrier,
                       .credentials = std::move(*credentials),
                       .carrier_account = dispatch.carrier_account,
                       .request_id = dispatch.request_id};
}

DispatchStep step_of(Dispatch const& dispatch) {
  switch (dispatch.stage) {
    case DispatchStage::waiting:
      return dispatch.channel == Channel::call ? DispatchStep::place : DispatchStep::send;
    case DispatchStage::asked:
      return DispatchStep::find;
    case DispatchStage::placed:
      break;
  }
  return dispatch.hang_up ? DispatchStep::hang_up : DispatchStep::follow;
}

std::optional<DispatchOrder> begin(Transaction& tx, Context const& base, ReachRules const& rules,
                                   Dispatch dispatch) {
  auto const ctx = on_behalf(base, dispatch);
  auto subject = Dispatched::find(tx, ctx, dispatch);
  if (!subject || subject->is_over()) {
    tx.dispatches().remove(dispatch.account, dispatch.subject);
    return std::nullopt;
  }
  // Its carrier told of it by itself, where the answer was lost.
  if (dispatch.stage == DispatchStage::asked && subject->has_carrier_sid()) {
    rest(tx, dispatch, DispatchStage::placed, ctx.now + follow_interval);
    return std::nullopt;
  }
  auto order = frame_of(tx, ctx, dispatch, *subject);
  if (!order) return std::nullopt;
  order->step = step_of(dispatch);
  if (dispatch.stage == DispatchStage::waiting) {
    if (!subject->may_leave(tx, ctx, rules, dispatch)) return std::nullopt;
    // From here on it may be on its way without our knowing.
    dispatch.stage = DispatchStage::asked;
    dispatch.asked_at = ctx.now;
    tx.dispatches().put(dispatch);
    if (!subject->fill_in(tx, ctx, *order)) {
      subject->give_up(tx, ctx, dispatch, "its words cannot be read");
      return std::nullopt;
    }
  } else if (dispatch.stage == DispatchStage::asked) {
    order->search = {subject->from(), subject->to(), dispatch.asked_at.value_or(ctx.now) - clock_difference};
  } else {
    order->sid = subject->carrier_sid();
  }
  return order;
}

}  // namespace

std::vector<DispatchOrder> begin_dispatches(Transaction& tx, Context const& ctx, ReachRules const& rules,
                                            std::string_view carrier_account, std::string const& lease,
                                            LinesInFlight in_flight, std::int64_t limit) {
  std::vector<DispatchOrder> orders;
  for (auto& dispatch :
       tx.dispatches().claim(carrier_account, lease, ctx.now, ctx.now + dispatch_lease, limit)) {
    auto& of_line = in_flight[dispatch.line.value];
    if (of_line >= max_in_flight_of_line) {
      auto const stage = dispatch.stage;
      rest(tx, std::move(dispatch), stage, ctx.now + line_pause);
    } else if (auto order = begin(tx, ctx, rules, std::move(dispatch))) {
      ++of_line;
      orders.push_back(std::move(*order));
    }
  }
  return orders;
}

void perform(Carrier& carrier, DispatchOrder const& order,
             std::move_only_function<void(DispatchOutcome)> done) {
  switch (order.step) {
    case DispatchStep::place:
      return carrier.place_call(order.credentials, order.call, reply_with<CarrierCall>(std::move(done)));
    case DispatchStep::send:
      return carrier.send_text(order.credentials, order.text, reply_with<CarrierText>(std::move(done)));
    case DispatchStep::find:
      return find(carrier, order, std::move(done));
    case DispatchStep::follow:
      return follow(carrier, order, std::move(done));
    case DispatchStep::hang_up:
      return carrier.end_call(order.credentials, order.sid, reply_with<CarrierCall>(std::move(done)));
  }
}

}  // namespace linebook

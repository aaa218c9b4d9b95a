// What is made of the carrier's answers.
#include <algorithm>

#include "app/dispatch/dispatch_steps.h"
#include "app/dispatch/dispatched.h"

namespace linebook {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_dispatch_pause{500};
constexpr milliseconds first_look{1'000};
constexpr milliseconds longest_dispatch_pause{30'000};

/// Doubles with each time.
milliseconds growing(milliseconds first, int times) {
  return std::min(milliseconds(first.count() << std::min(times, 10)), longest_dispatch_pause);
}

class Ending {
 public:
  Ending(Transaction& tx, Context const& ctx, Dispatch dispatch, Dispatched subject,
         DispatchOrder const& order)
      : tx_(tx), ctx_(ctx), dispatch_(std::move(dispatch)), subject_(std::move(subject)), order_(order) {}

  void operator()(CarrierError const& error) {
    if (order_.step == DispatchStep::find) return look_again();
    if (order_.step == DispatchStep::follow || order_.step == DispatchStep::hang_up) return not_told(error);
    switch (verdict_of(error.fault)) {
      case CarrierVerdict::refused:
        return subject_.refuse(tx_, ctx_, error);
      case CarrierVerdict::try_later:
        return try_later(error);
      case CarrierVerdict::done:
      case CarrierVerdict::unknown:
        break;
    }
    rest(tx_, dispatch_, DispatchStage::asked, ctx_.now + first_look);
  }

  void operator()(CarrierCall const& there) { take_in(there); }
  void operator()(CarrierText const& there) { take_in(there); }
  void operator()(std::vector<CarrierCall> const& list) { look_through(list); }
  void operator()(std::vector<CarrierText> const& list) { look_through(list); }

 private:
  template <class There>
  void take_in(There const& there) {
    subject_.take_in(tx_, ctx_, there);
    if (subject_.is_over()) return tx_.dispatches().remove(ctx_.account, dispatch_.subject);
    if (order_.step == DispatchStep::hang_up) dispatch_.hang_up = false;
    bool const told_enough = dispatch_.channel == Channel::text && dispatch_.stage == DispatchStage::placed &&
                             ctx_.now >= subject_.asked_for_at() + follow_texts;
    if (told_enough) return tx_.dispatches().remove(ctx_.account, dispatch_.subject);
    rest(tx_, dispatch_, DispatchStage::placed, dispatch_.hang_up ? ctx_.now : ctx_.now + follow_interval);
  }

  std::optional<std::string> holder_of(std::string const& sid) {
    if (dispatch_.channel == Channel::call) {
      auto const call = tx_.calls().find_by_carrier_sid(ctx_.account, sid);
      return call ? std::optional(call->id.value) : std::nullopt;
    }
    auto const message = tx_.messages().find_by_carrier_sid(ctx_.account, sid);
    return message ? std::optional(message->id.value) : std::nullopt;
  }

  bool is_ours(CarrierCall const&) const { return true; }
  bool is_ours(CarrierText const& there) const {
    return there.text.empty() || there.text == subject_.words(tx_, ctx_);
  }

  /// The one that nobody else has, made since we asked.
  template <class There>
  void look_through(std::vector<There> const& list) {
    for (auto const& there : list) {
      bool const fits = there.from == subject_.from() && there.to == subject_.to() && is_ours(there) &&
                        (!there.created_at || *there.created_at >= order_.search.since);
      if (fits && !holder_of(there.sid)) return take_in(there);
    }
    if (ctx_.now < patience_ends()) return look_again();
    subject_.lose_sight(tx_, ctx_);
    tx_.dispatches().remove(ctx_.account, dispatch_.subject);
  }

  Instant patience_ends() const { return dispatch_.asked_at.value_or(ctx_.now) + lost_answer_patience; }

  /// Its list could not be asked, or does not have it yet.
  void look_again() {
    if (ctx_.now >= patience_ends()) subject_.lose_sight(tx_, ctx_);
    if (ctx_.now >= patience_ends() + text_patience)
      return tx_.dispatches().remove(ctx_.account, dispatch_.subject);
    auto const pause = growing(first_look, dispatch_.attempts++);
    auto due = ctx_.now + pause;
    if (ctx_.now < patience_ends()) due = std::min(due, patience_ends());
    rest(tx_, dispatch_, DispatchStage::asked, due);
  }

  void try_later(CarrierError const& error) {
    auto const patience =
        dispatch_.channel == Channel::call ? milliseconds(call_patience) : milliseconds(text_patience);
    dispatch_.stage = DispatchStage::waiting;
    dispatch_.asked_at.reset();
    if (ctx_.now >= subject_.asked_for_at() + patience)
      return subject_.give_up(tx_, ctx_, dispatch_, "given up: " + error.message);
    auto const pause = growing(first_dispatch_pause, dispatch_.attempts++);
    rest(tx_, dispatch_, DispatchStage::waiting,
         ctx_.now + std::max(pause, milliseconds(error.retry_after.value_or(std::chrono::seconds(0)))));
  }

  /// What became of it could not be asked, or the carrier no longer has it.
  void not_told(CarrierError const& error) {
    if (error.fault == CarrierFault::not_found) {
      subject_.lose_sight(tx_, ctx_);
      return tx_.dispatches().remove(ctx_.account, dispatch_.subject);
    }
    rest(tx_, dispatch_, DispatchStage::placed,
         ctx_.now + growing(first_dispatch_pause, dispatch_.attempts++));
  }

  Transaction& tx_;
  Context const& ctx_;
  Dispatch dispatch_;
  Dispatched subject_;
  DispatchOrder const& order_;
};

}  // namespace

void end_dispatch(Transaction& tx, Context const& base, std::string const& lease, DispatchOrder const& order,
                  DispatchOutcome const& outcome) {
  auto dispatch = tx.dispatches().find(order.account, order.subject);
  Context ctx = of_account(base, order.account);
  if (!dispatch || dispatch->lease != lease) return;
  ctx.actor = dispatch->actor;
  ctx.request_id = dispatch->request_id;
  auto subject = Dispatched::find(tx, ctx, *dispatch);
  if (!subject) return tx.dispatches().remove(order.account, order.subject);
  std::visit(Ending(tx, ctx, std::move(*dispatch), std::move(*subject), order), outcome);
}

}  // namespace linebook

#include <algorithm>

#include "app/ledger/ledger_fields.h"
#include "app/lines/carrier_lines.h"
#include "app/lines/carrier_steps.h"

namespace linebook {
namespace {

constexpr int twilio_number_not_available = 21422;

using Numbers = std::vector<E164>;
using Found = std::optional<CarrierNumber>;

/// One outcome on its way into the books.
class Ending {
 public:
  Ending(Transaction& tx, Context const& ctx, WorkedLine& worked, CarrierOrder const& order)
      : tx_(tx), ctx_(ctx), line_(worked.line), task_(worked.task), order_(order) {}

  AfterStep end(CarrierOutcome const& outcome) {
    switch (order_.step) {
      case CarrierStep::search:
        return searched(outcome);
      case CarrierStep::look_up:
        return looked_up(outcome);
      case CarrierStep::buy:
        return bought(outcome);
      case CarrierStep::connect:
        return connected(outcome);
      case CarrierStep::compare:
        return compared(outcome);
      case CarrierStep::give_back:
      case CarrierStep::release:
        return let_go(outcome);
    }
    return AfterStep::rest;
  }

 private:
  AfterStep go_on() {
    tx_.carrier_tasks().put(task_);
    return AfterStep::go_on;
  }
  AfterStep wait(int times) {
    ask_again(tx_, ctx_, task_, times);
    return AfterStep::rest;
  }
  AfterStep fails(CarrierFailure failure) {
    if (is_passing(failure))
      try_again(tx_, ctx_, line_, task_, std::move(failure));
    else
      give_up(tx_, ctx_, line_, task_, std::move(failure));
    return AfterStep::rest;
  }
  AfterStep fails(CarrierError const& error) { return fails(failure_of(error)); }

  AfterStep searched(CarrierOutcome const& outcome) {
    if (auto const* error = std::get_if<CarrierError>(&outcome)) {
      // A country or an area that Twilio sells nothing in.
      if (error->fault == CarrierFault::not_found)
        return fails({FailureKind::refused, error->code, error->message});
      return fails(*error);
    }
    if (line_.has_number() || task_.goal != CarrierGoal::hold) return go_on();
    auto const& numbers = std::get<Numbers>(outcome);
    auto const free = std::ranges::find_if(numbers, [this](E164 const& number) {
      return !tx_.lines().in_service(number) && !tx_.lines().find_by_number(ctx_.account, number.view());
    });
    if (free == numbers.end())
      return fails({FailureKind::none_available, 0, "Twilio has no number that fits"});
    change_number(tx_, ctx_, line_, *free);
    task_.purchase = Purchase::intended;
    return go_on();
  }

  AfterStep looked_up(CarrierOutcome const& outcome) {
    if (auto const* error = std::get_if<CarrierError>(&outcome)) return fails(*error);
    if (auto const& found = std::get<Found>(outcome)) return adopt(*found);
    if (may_hold(line_, task_)) return absent_after_purchase();
    if (task_.source == NumberSource::owned)
      return fails({FailureKind::not_owned, 0,
                    "this Twilio account does not own the number; send \"purchase\": true to buy it"});
    task_.purchase = Purchase::intended;
    return go_on();
  }

  /// A purchase may have been made, but the carrier does not have the number, or not yet.
  AfterStep absent_after_purchase() {
    task_.purchase_doubtful = true;
    ++task_.absences;
    bool const convinced = task_.absences >= convincing_absences;
    if (task_.goal != CarrierGoal::hold) {
      if (!convinced) return wait(task_.absences);
      task_.purchase = Purchase::none;
      task_.purchase_doubtful = false;
      return go_on();
    }
    // A number is sold once: to ask for the same one again buys nothing twice. Only where that was refused do
    // we need to be sure, since the number may be gone because it is ours.
    if (!task_.failure || task_.failure->kind != FailureKind::refused) {
      task_.purchase = Purchase::intended;
      return go_on();
    }
    if (!convinced) return wait(task_.absences);
    auto const failure = *task_.failure;
    return nothing_bought(failure);
  }

  AfterStep bought(CarrierOutcome const& outcome) {
    auto const* error = std::get_if<CarrierError>(&outcome);
    if (error == nullptr) return adopt(*std::get<Found>(outcome));
    switch (error->fault) {
      case CarrierFault::busy:
      case CarrierFault::unreachable:
        if (!task_.purchase_doubtful) task_.purchase = Purchase::intended;
        return fails(*error);
      case CarrierFault::broken:
      case CarrierFault::timeout:
        task_.purchase_doubtful = true;
        task_.failure = failure_of(*error);
        if (++task_.attempts < quick_attempts) return go_on();  // to look it up
        return fails(*error);
      case CarrierFault::not_found:
      case CarrierFault::refused:
        break;
    }
    CarrierFailure failure{FailureKind::refused, error->code, error->message};
    bool const may_be_ours = task_.purchase_doubtful || failure.code == twilio_number_not_available;
    if (!may_be_ours) return nothing_bought(failure);
    // It may be gone because it is ours already, bought by a request that something on the way repeated. One
    // look settles that, unless an answer was lost before.
    if (!task_.purchase_doubtful) task_.absences = convincing_absences - 1;
    task_.failure = std::move(failure);
    return go_on();
  }

  /// The carrier will not sell this number, for certain.
  AfterStep nothing_bought(CarrierFailure const& failure) {
    task_.purchase = Purchase::none;
    task_.purchase_doubtful = false;
    task_.absences = 0;
    bool const another = task_.source == NumberSource::searched &&
                         failure.code == twilio_number_not_available && ++task_.snatched <= max_snatched;
    if (!another) {
      // What is asked for again starts anew.
      if (task_.source == NumberSource::searched) change_number(tx_, ctx_, line_, {});
      return fails(failure);
    }
    task_.failure.reset();
    change_number(tx_, ctx_, line_, {});
    return go_on();
  }

  AfterStep adopt(CarrierNumber const& number) {
    auto const before = ledger_fields(line_);
    auto& holding = std::get<TwilioHolding>(line_.holding);
    holding.phone_number_sid = number.sid;
    holding.capabilities = number.capabilities;
    // After an answer that was lost, the settings may be ours already: those were never anybody's earlier
    // ones.
    if (!task_.earlier) task_.earlier = comes_to_us(number.voice, order_) ? VoiceSettings() : number.voice;
    task_.purchase = Purchase::none;
    task_.purchase_doubtful = false;
    task_.absences = 0;
    task_.attempts = 0;
    task_.failure.reset();
    line_.updated_at = ctx_.now;
    tx_.lines().update(ctx_.account, line_);
    record(tx_, ctx_, Entity::line, line_.id.value, Action::updated, before, ledger_fields(line_));
    return go_on();
  }

  AfterStep connected(CarrierOutcome const& outcome) {
    if (auto const* error = std::get_if<CarrierError>(&outcome)) return fails(*error);
    if (!comes_to_us(std::get<Found>(outcome)->voice, order_))
      return fails({FailureKind::broken, 0, "Twilio took the number's new settings, and kept others"});
    task_.connected_to = order_.ours.voice_url;
    task_.take_back = false;
    return all_is_well();
  }

  AfterStep all_is_well() {
    if (task_.goal != CarrierGoal::hold) return go_on();
    change_line(tx_, ctx_, line_, LineStatus::active, {});
    task_.attempts = 0;
    task_.failure.reset();
    task_.resting = true;
    put_to_rest(tx_, ctx_, task_, ctx_.now + compare_interval);
    return AfterStep::rest;
  }

  AfterStep compared(CarrierOutcome const& outcome) {
    if (auto const* error = std::get_if<CarrierError>(&outcome)) return fails(*error);
    auto const& voice = std::get<Found>(outcome)->voice;
    auto const& ours = order_.ours;
    bool const as_set = comes_to_us(voice, order_) && voice.voice_url == ours.voice_url &&
                        voice.voice_method == ours.voice_method &&
                        voice.status_callback == ours.status_callback;
    if (as_set) return all_is_well();
    if (comes_to_us(voice, order_) || task_.take_back) {
      task_.connected_to.reset();
      return go_on();
    }
    return fails({FailureKind::drifted, 0,
                  "somebody changed where Twilio sends this number's calls; take it back with "
                  "POST /phone_numbers/{id}/sync?take_back=true"});
  }

  AfterStep let_go(CarrierOutcome const& outcome) {
    if (auto const* error = std::get_if<CarrierError>(&outcome)) return fails(*error);
    remove_line(tx_, ctx_, line_, Action::deleted);
    return AfterStep::rest;
  }

  Transaction& tx_;
  Context const& ctx_;
  Line& line_;
  CarrierTask& task_;
  CarrierOrder const& order_;
};

/// While the carrier was asked, somebody asked for something else: that is due at once.
AfterStep again(Transaction& tx, CarrierTask const& asked, std::string const& lease, Instant now) {
  auto task = tx.carrier_tasks().find(asked.account, asked.line);
  if (!task) return AfterStep::rest;
  task->actor = asked.actor;
  task->request_id = asked.request_id;
  task->resting = false;
  task->due_at = now;
  task->lease = lease;
  task->lease_until = now + carrier_lease;
  tx.carrier_tasks().put(*task);
  return AfterStep::go_on;
}

}  // namespace

AfterStep end_step(Transaction& tx, Context const& ctx, std::string const& lease, LineId const& id,
                   CarrierOrder const& order, CarrierOutcome const& outcome) {
  auto worked = worked_line(tx, ctx, lease, id);
  if (!worked) return AfterStep::rest;
  auto const asked = worked->task;
  auto const after = Ending(tx, worked->ctx, *worked, order).end(outcome);
  if (after == AfterStep::rest && asked.request_id != order.request_id)
    return again(tx, asked, lease, ctx.now);
  return after;
}

}  // namespace linebook

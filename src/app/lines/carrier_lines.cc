#include "app/lines/carrier_lines.h"

#include <algorithm>
#include <functional>

#include "app/ledger/ledger_fields.h"
#include "app/lines/carrier_steps.h"

namespace linebook {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_pause{300};
constexpr milliseconds first_question_pause{2'000};
constexpr milliseconds first_long_pause{60'000};
constexpr int most_doublings = 8;

/// 9999-12-31: for what is only done when somebody asks.
constexpr Instant never{253'402'300'799'000};

/// Doubles with each time, with up to a fourth more by chance, so that those who failed together do not come
/// back together.
milliseconds pause(Context const& ctx, milliseconds first, int times) {
  auto const base = first.count() << std::min(times, most_doublings);
  auto const chance = std::hash<std::string>()(ctx.ids.next("", ctx.now)) % 1000;
  return milliseconds(base + base / 4 * static_cast<std::int64_t>(chance) / 1000);
}

}  // namespace

std::optional<WorkedLine> worked_line(Transaction& tx, Context const& ctx, std::string const& lease,
                                      LineId const& id) {
  auto task = tx.carrier_tasks().find(ctx.account, id);
  if (!task || task->lease != lease) return std::nullopt;
  auto line = tx.lines().find(ctx.account, id);
  if (!line) {
    tx.carrier_tasks().remove(ctx.account, id);
    return std::nullopt;
  }
  Context own = ctx;
  own.actor = task->actor;
  own.request_id = task->request_id;
  return WorkedLine{std::move(*line), std::move(*task), std::move(own)};
}

void change_line(Transaction& tx, Context const& ctx, Line& line, LineStatus status,
                 std::optional<std::string> detail) {
  auto const before = tx.lines().find(ctx.account, line.id);
  line.status = status;
  line.status_detail = std::move(detail);
  auto const was = ledger_fields(*before);
  auto const is = ledger_fields(line);
  if (difference(was, is).empty()) return;
  line.updated_at = ctx.now;
  tx.lines().update(ctx.account, line);
  record(tx, ctx, Entity::line, line.id.value, Action::updated, was, is);
}

void change_number(Transaction& tx, Context const& ctx, Line& line, std::optional<E164> const& number) {
  Line const before = line;
  line.phone_number = number ? number->str() : line.id.value;
  line.updated_at = ctx.now;
  tx.lines().remove(ctx.account, before);
  tx.lines().insert(ctx.account, line);
  record(tx, ctx, Entity::line, line.id.value, Action::updated, ledger_fields(before), ledger_fields(line));
}

void make_due(Context const& ctx, CarrierTask& task) {
  task.resting = false;
  task.attempts = 0;
  task.due_at = ctx.now;
  task.failure.reset();
  task.actor = ctx.actor;
  task.request_id = ctx.request_id;
}

void put_to_rest(Transaction& tx, Context const& ctx, CarrierTask& task, Instant due) {
  // Somebody may have asked for more meanwhile: what they want is in the task, and is due.
  task.due_at = due;
  task.lease.reset();
  task.lease_until.reset();
  if (task.resting) {
    task.actor = reconciler;
    task.request_id = ctx.ids.next("req_", ctx.now);
  }
  tx.carrier_tasks().put(task);
}

void give_up(Transaction& tx, Context const& ctx, Line& line, CarrierTask& task, CarrierFailure failure) {
  change_line(tx, ctx, line, LineStatus::error, in_words(failure));
  bool const goes_on = may_hold(line, task);
  task.failure = std::move(failure);
  task.resting = true;
  put_to_rest(tx, ctx, task, goes_on ? ctx.now + compare_interval : never);
}

void try_again(Transaction& tx, Context const& ctx, Line& line, CarrierTask& task, CarrierFailure failure) {
  task.failure = std::move(failure);
  auto const times = task.attempts++;
  if (task.attempts < quick_attempts)
    return put_to_rest(tx, ctx, task, ctx.now + pause(ctx, first_pause, times));
  // A carrier that cannot be asked says nothing against a line that works.
  bool const works = line.status == LineStatus::active;
  if (!works) change_line(tx, ctx, line, LineStatus::error, in_words(*task.failure) + "; trying again");
  task.resting = true;
  auto const later = pause(ctx, first_long_pause, task.attempts - quick_attempts);
  put_to_rest(tx, ctx, task, ctx.now + std::min<milliseconds>(later, compare_interval));
}

void ask_again(Transaction& tx, Context const& ctx, CarrierTask& task, int times) {
  put_to_rest(tx, ctx, task, ctx.now + pause(ctx, first_question_pause, times));
}

bool may_hold(Line const& line, CarrierTask const& task) {
  auto const& holding = std::get<TwilioHolding>(line.holding);
  return holding.phone_number_sid.has_value() || task.purchase == Purchase::sent || task.purchase_doubtful;
}

}  // namespace linebook

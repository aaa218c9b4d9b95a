// What is asked of lines that a carrier holds: each request commits what it wants as the line's task, which
// carrier_steps.h works off, and looks once more when that has come to an end or its time is up.
#include "app/ledger/ledger_fields.h"
#include "app/lines/carrier_lines.h"
#include "app/lines/carrier_steps.h"
#include "app/lines/line_secrets.h"
#include "app/lines/new_line.h"

namespace linebook {
namespace {

NumberSource source_of(CreateTwilioLine const& command) {
  if (!command.number) return NumberSource::searched;
  return command.purchase ? NumberSource::bought : NumberSource::owned;
}

bool is_in_service(Transaction const& tx, Context const& ctx, E164 const& number) {
  return is_taken_here(tx, ctx, number.view()) || tx.lines().in_service(number).has_value();
}

/// While a number is asked for, or asked for again.
bool is_being_had(Line const& line, CarrierTask const& task) {
  return task.goal == CarrierGoal::hold && !task.connected_to && line.status == LineStatus::error;
}

}  // namespace

Result<Line> create_line(Transaction& tx, Context const& ctx, CreateTwilioLine const& command) {
  auto problems = command.problems;
  check_agents(tx, ctx, command.wishes, problems);
  if (!problems.empty()) return fail(validation_error(std::move(problems)));
  if (ctx.policies.public_url.empty()) {
    return fail(
        ErrorCode::provider_not_configured,
        "Twilio cannot reach this installation: it has to be started with --public-url; or use provider "
        "byo or pia",
        {{"provider", "twilio is not configured"}});
  }
  if (command.number && is_in_service(tx, ctx, *command.number)) return fail(number_in_use());

  Line line = new_line(ctx, command.wishes, {});
  line.phone_number = command.number ? command.number->str() : line.id.value;
  line.status = LineStatus::provisioning;
  line.holding = TwilioHolding{
      command.account_sid, seal(tx, ctx, line.id, auth_token_field, command.auth_token), {}, {}};
  CarrierTask task;
  task.account = ctx.account;
  task.line = line.id;
  task.source = source_of(command);
  task.area_code = command.area_code;
  task.country_code = command.country_code;
  make_due(ctx, task);
  tx.carrier_tasks().put(task);
  return insert_line(tx, ctx, std::move(line));
}

Result<Line> end_creation(Transaction& tx, Context const& ctx, LineId const& id) {
  auto line = tx.lines().find(ctx.account, id);
  if (!line) return fail(not_found("phone number"));
  auto const task = tx.carrier_tasks().find(ctx.account, id);
  bool const failed = task && line->status == LineStatus::error && task->failure && !may_hold(*line, *task);
  if (!failed) return std::move(*line);
  remove_line(tx, ctx, *line, Action::deleted);
  return fail(carrier_failed(*task->failure));
}

Result<std::optional<Line>> delete_line(Transaction& tx, Context const& ctx, LineId const& id,
                                        Precondition<Line> const& condition, AtCarrier at_carrier) {
  auto line = tx.lines().find(ctx.account, id);
  if (!line) return fail(not_found("phone number"));
  if (!holds(condition, *line)) return fail(precondition_failed());
  auto task = line->provider() == Provider::twilio ? tx.carrier_tasks().find(ctx.account, id) : std::nullopt;
  if (!task || !may_hold(*line, *task)) {
    remove_line(tx, ctx, *line, Action::deleted);
    return std::nullopt;
  }
  if (at_carrier == AtCarrier::release)
    task->goal = CarrierGoal::release;
  else if (task->goal == CarrierGoal::hold)
    task->goal = CarrierGoal::detach;
  make_due(ctx, *task);
  tx.carrier_tasks().put(*task);
  change_line(tx, ctx, *line, LineStatus::releasing, {});
  return line;
}

Result<std::optional<Line>> end_deletion(Transaction& tx, Context const& ctx, LineId const& id) {
  auto line = tx.lines().find(ctx.account, id);
  if (!line) return std::nullopt;
  auto const task = tx.carrier_tasks().find(ctx.account, id);
  if (task && line->status == LineStatus::error && task->failure) return fail(carrier_failed(*task->failure));
  return line;
}

Result<Line> begin_sync(Transaction& tx, Context const& ctx, LineId const& id, ChangedElsewhere changed) {
  auto line = tx.lines().find(ctx.account, id);
  if (!line) return fail(not_found("phone number"));
  auto task = line->provider() == Provider::twilio ? tx.carrier_tasks().find(ctx.account, id) : std::nullopt;
  if (!task) return std::move(*line);
  bool const starts_anew = is_being_had(*line, *task);
  bool const goes_on_leaving = task->goal != CarrierGoal::hold && line->status == LineStatus::error;
  make_due(ctx, *task);
  if (changed == ChangedElsewhere::take_back) task->take_back = true;
  tx.carrier_tasks().put(*task);
  if (starts_anew) change_line(tx, ctx, *line, LineStatus::provisioning, {});
  if (goes_on_leaving) change_line(tx, ctx, *line, LineStatus::releasing, {});
  return std::move(*line);
}

Result<Line> end_sync(Transaction& tx, Context const& ctx, LineId const& id) {
  auto line = tx.lines().find(ctx.account, id);
  if (!line) return fail(not_found("phone number"));
  auto const task =
      line->provider() == Provider::twilio ? tx.carrier_tasks().find(ctx.account, id) : std::nullopt;
  if (task && task->failure && is_passing(*task->failure)) return fail(carrier_failed(*task->failure));
  return std::move(*line);
}

bool is_settled(Transaction const& tx, AccountId account, LineId const& id) {
  auto const task = tx.carrier_tasks().find(account, id);
  return !task || task->resting;
}

}  // namespace linebook

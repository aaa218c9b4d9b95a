#include "app/lines/pool.h"

#include "app/access/accounts.h"
#include "app/ledger/ledger_fields.h"
#include "app/lines/lines.h"
#include "domain/lines/line_fields.h"

namespace linebook {
namespace {

void record_pool(Transaction& tx, Context const& ctx, Action action, Fields const& was,
                 PoolNumber const& is) {
  record(tx, of_account(ctx, installation_account), Entity::pool_number, is.number.view(), action, was,
         ledger_fields(is));
}

std::optional<std::string> area_code_of(E164 const& number) {
  auto digits = TenDigits::from_e164(number);
  return digits ? std::optional(std::string(digits->area_code())) : std::nullopt;
}

}  // namespace

Result<ImportOutcome> import_pool_number(Transaction& tx, Context const& ctx, E164 const& number,
                                         std::string_view country_code, std::optional<CarrierName> carrier) {
  if (!parse_country_code(country_code))
    return fail(validation_error({{"country_code", "must be two capital letters, such as US"}}));
  auto const known = tx.pool().find(number);
  // A line was given its number together with the country code, and keeps both.
  bool const stays = known && (known->state == PoolState::assigned ||
                               (known->state == PoolState::available && known->country_code == country_code));
  bool const is_carried = !carrier || (known && known->carrier == carrier);
  if (stays && is_carried) return ImportOutcome::unchanged;
  if (stays) {
    auto carried = *known;
    carried.carrier = carrier;
    tx.pool().update(carried);
    record_pool(tx, ctx, Action::updated, ledger_fields(*known), carried);
    return ImportOutcome::updated;
  }

  PoolNumber const fresh{.number = number,
                         .country_code = std::string(country_code),
                         .area_code = area_code_of(number),
                         .state = PoolState::available,
                         .rests_until = {},
                         .account = {},
                         .carrier = carrier ? carrier
                                    : known ? known->carrier
                                            : std::nullopt};
  if (!known) {
    tx.pool().insert(fresh);
    record_pool(tx, ctx, Action::created, {}, fresh);
    return ImportOutcome::added;
  }
  PoolNumber after = fresh;
  after.rests_until = known->rests_until;  // a number that was given back still rests
  tx.pool().update(after);
  record_pool(tx, ctx, Action::updated, ledger_fields(*known), after);
  return ImportOutcome::updated;
}

void assign_pool_number(Transaction& tx, Context const& ctx, PoolNumber const& number) {
  PoolNumber assigned = number;
  assigned.state = PoolState::assigned;
  assigned.account = ctx.account;
  assigned.rests_until.reset();
  tx.pool().update(assigned);
  record_pool(tx, ctx, Action::updated, ledger_fields(number), assigned);
}

void give_back_pool_number(Transaction& tx, Context const& ctx, E164 const& e164) {
  auto const number = tx.pool().find(e164);
  if (!number) return;
  PoolNumber resting = *number;
  resting.account.reset();
  resting.rests_until = ctx.now + ctx.policies.pool_rest;
  if (resting.state == PoolState::assigned) resting.state = PoolState::available;
  tx.pool().update(resting);
  record_pool(tx, ctx, Action::updated, ledger_fields(*number), resting);
}

Result<PoolNumber> withdraw_pool_number(Transaction& tx, Context const& ctx, E164 const& number) {
  auto const known = tx.pool().find(number);
  if (!known)
    return fail(ErrorCode::not_found,
                "the pool has no number " + number.str() + "; `linebook pool list` shows them");
  if (known->state == PoolState::withdrawn) return *known;
  if (known->state == PoolState::assigned)
    return fail(ErrorCode::conflict, "a line holds " + number.str() +
                                         "; free it first with `linebook lines release " + number.str() +
                                         "`");
  PoolNumber after = *known;
  after.state = PoolState::withdrawn;
  tx.pool().update(after);
  record_pool(tx, ctx, Action::withdrawn, ledger_fields(*known), after);
  return after;
}

Result<ReleasedLine> release_line_number(Transaction& tx, Context const& ctx, E164 const& number) {
  auto const holder = tx.lines().in_service(number);
  auto line = holder ? tx.lines().find(holder->account, holder->line) : std::nullopt;
  if (!line) return fail(ErrorCode::not_found, "no line has " + number.str() + " in service");
  auto const task = tx.carrier_tasks().find(holder->account, line->id);
  if (task && task->purchase == Purchase::sent)
    return fail(ErrorCode::conflict, "a purchase of " + number.str() +
                                         " is under way, and what is bought must not be forgotten; try again "
                                         "in a minute");
  remove_line(tx, of_account(ctx, holder->account), *line, Action::released);
  return ReleasedLine{holder->account, std::move(*line)};
}

}  // namespace linebook

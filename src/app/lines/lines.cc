#include "app/lines/lines.h"

#include "app/ledger/ledger_fields.h"
#include "app/lines/line_secrets.h"
#include "app/lines/new_line.h"
#include "app/lines/pool.h"

namespace linebook {
namespace {

bool is_private_identifier_here(Transaction const& tx, Context const& ctx, E164 const& number) {
  auto const line = tx.lines().find_by_number(ctx.account, number.view());
  return line && !line->is_public();
}

bool is_taken(Transaction const& tx, Context const& ctx, CreateByoLine const& command) {
  if (is_taken_here(tx, ctx, command.phone_number)) return true;
  if (!command.e164_check) return false;
  auto number = E164::parse(command.phone_number);
  return number && tx.lines().in_service(*number).has_value();
}

void check_pair(ByoTrunk const& trunk, Problems& problems) {
  if (trunk.sip_username && !trunk.sip_password_sealed)
    problems.push_back({"sip_password", "is required together with sip_username"});
  if (!trunk.sip_username && trunk.sip_password_sealed)
    problems.push_back({"sip_username", "is required together with sip_password"});
}

void refuse_foreign(bool given, char const* field, Provider provider, Problems& problems) {
  if (given) problems.push_back({field, "is not a field of a " + std::string(to_string(provider)) + " line"});
}

void edit_holding(Transaction const& tx, Context const& ctx, LineId const& id, EditLine const& e,
                  ByoTrunk& trunk, Problems& problems) {
  refuse_foreign(e.twilio_account_sid.has_value(), "twilio_account_sid", Provider::byo, problems);
  refuse_foreign(e.twilio_auth_token.has_value(), "twilio_auth_token", Provider::byo, problems);
  apply(e.sip_termination_uri, trunk.sip_termination_uri);
  apply(e.sip_username, trunk.sip_username);
  if (e.sip_password) {
    if (*e.sip_password)
      trunk.sip_password_sealed =
          reseal(tx, ctx, id, "sip_password", trunk.sip_password_sealed, **e.sip_password);
    else
      trunk.sip_password_sealed.reset();
  }
  check_pair(trunk, problems);
}

void refuse_trunk_fields(EditLine const& e, Provider provider, Problems& problems) {
  refuse_foreign(e.sip_termination_uri.has_value(), "sip_termination_uri", provider, problems);
  refuse_foreign(e.sip_username.has_value(), "sip_username", provider, problems);
  refuse_foreign(e.sip_password.has_value(), "sip_password", provider, problems);
}

void edit_holding(Transaction const& tx, Context const& ctx, LineId const& id, EditLine const& e,
                  TwilioHolding& twilio, Problems& problems) {
  refuse_trunk_fields(e, Provider::twilio, problems);
  apply(e.twilio_account_sid, twilio.account_sid);
  if (e.twilio_auth_token)
    twilio.auth_token_sealed =
        reseal(tx, ctx, id, "twilio_auth_token", twilio.auth_token_sealed, *e.twilio_auth_token);
}

void edit_holding(Transaction const&, Context const&, LineId const&, EditLine const& e, PiaHolding&,
                  Problems& problems) {
  refuse_trunk_fields(e, Provider::pia, problems);
  refuse_foreign(e.twilio_account_sid.has_value(), "twilio_account_sid", Provider::pia, problems);
  refuse_foreign(e.twilio_auth_token.has_value(), "twilio_auth_token", Provider::pia, problems);
}

}  // namespace

Result<Line> create_line(Transaction& tx, Context const& ctx, CreateByoLine const& command) {
  auto problems = command.problems;
  check_agents(tx, ctx, command.wishes, problems);
  if (!problems.empty()) return fail(validation_error(std::move(problems)));
  if (is_taken(tx, ctx, command)) return fail(number_in_use());

  Line line = new_line(ctx, command.wishes, command.phone_number);
  ByoTrunk trunk{command.sip_termination_uri, command.sip_username, {}, command.e164_check};
  if (command.sip_password)
    trunk.sip_password_sealed = seal(tx, ctx, line.id, "sip_password", *command.sip_password);
  line.holding = std::move(trunk);
  return insert_line(tx, ctx, std::move(line));
}

Result<Line> create_line(Transaction& tx, Context const& ctx, CreatePiaLine const& command) {
  auto problems = command.problems;
  check_agents(tx, ctx, command.wishes, problems);
  if (!problems.empty()) return fail(validation_error(std::move(problems)));

  auto const pooled = tx.pool().choose(command.wish, ctx.account, ctx.now);
  if (!pooled) {
    if (command.wish.number && is_private_identifier_here(tx, ctx, *command.wish.number))
      return fail(number_in_use());
    return fail(ErrorCode::no_number_available,
                "no number of the pool matches; try another area_code, or ask the operator to add numbers");
  }
  Line line = new_line(ctx, command.wishes, pooled->number.str());
  line.holding = PiaHolding{pooled->area_code, pooled->country_code};
  assign_pool_number(tx, ctx, *pooled);
  return insert_line(tx, ctx, std::move(line));
}

Result<Line> edit_line(Transaction& tx, Context const& ctx, LineId const& id,
                       Precondition<Line> const& condition, EditLine const& command) {
  auto before = tx.lines().find(ctx.account, id);
  if (!before) return fail(not_found("phone number"));
  if (!holds(condition, *before)) return fail(precondition_failed());

  auto problems = command.problems;
  Line after = *before;
  if (apply(command.ai_agent_id, after.ai_agent_id))
    check_agent(tx, ctx, after.ai_agent_id, "ai_agent_id", problems);
  if (apply(command.outbound_ai_agent_id, after.outbound_ai_agent_id))
    check_agent(tx, ctx, after.outbound_ai_agent_id, "outbound_ai_agent_id", problems);
  apply(command.name, after.name);
  apply(command.fallback_destination, after.fallback_destination);
  std::visit([&](auto& holding) { edit_holding(tx, ctx, id, command, holding, problems); }, after.holding);
  if (!problems.empty()) return fail(validation_error(std::move(problems)));

  auto const was = ledger_fields(*before);
  auto const is = ledger_fields(after);
  if (difference(was, is).empty()) return *before;
  after.updated_at = ctx.now;
  tx.lines().update(ctx.account, after);
  record(tx, ctx, Entity::line, id.value, Action::updated, was, is);
  // What failed with the old credentials may work with the new ones.
  if (command.twilio_account_sid || command.twilio_auth_token)
    return begin_sync(tx, ctx, id, ChangedElsewhere::leave);
  return after;
}

void remove_line(Transaction& tx, Context const& ctx, Line const& line, Action action) {
  if (auto number = E164::parse(line.phone_number); number && line.provider() == Provider::pia)
    give_back_pool_number(tx, ctx, *number);
  if (line.provider() == Provider::twilio) tx.carrier_tasks().remove(ctx.account, line.id);
  tx.lines().remove(ctx.account, line);
  record(tx, ctx, Entity::line, line.id.value, action, ledger_fields(line), {});
}

}  // namespace linebook

#include "app/calls/place_call.h"

#include "app/ledger/ledger_fields.h"
#include "app/lines/line_carrier.h"
#include "app/reach/permission.h"
#include "app/sealed_words.h"

namespace linebook {
namespace {

std::string cannot_call(Line const& line) {
  if (line.provider() == Provider::byo)
    return "is a SIP trunk, whose own server dials: pull numbers from a dial list (POST /dial-lists), or "
           "have it ask GET /routes/outbound for each call";
  return no_carrier(Channel::call);
}

/// What is wrong with the line and whoever is to speak.
void check_line(Transaction const& tx, Context const& ctx, PlaceCall const& command, Line const& line,
                Problems& problems) {
  if (!carrier_of(tx, ctx.policies, line)) return problems.push_back({"line_id", cannot_call(line)});
  if (!command.speech.empty()) return;
  if (!speaker_of(tx, ctx.account, line, command.ai_agent))
    problems.push_back(
        {"ai_agent_id",
         command.ai_agent
             ? "must be an agent of this account that has an answer: PUT /ai_agents/{id} gives it one"
             : "is required: the line has no agent with an answer that could speak"});
  if (command.voicemail != Voicemail::agent && ctx.policies.public_url.empty() && !ctx.policies.simulator)
    problems.push_back(
        {"voicemail", "needs --public-url, under which the carrier asks what to do; send agent"});
}

CallRecord new_call(Context const& ctx, PlaceCall const& command, Line const& line, Decision const& decision,
                    std::optional<Agent> const& speaker) {
  CallRecord call{.id = {ctx.ids.next("call_", ctx.now)},
                  .carrier_sid = {},
                  .line = line.id,
                  .from = line.phone_number,
                  .to = decision.number.to_e164().str(),
                  .status = CallStatus::queued,
                  .started_at = ctx.now,
                  .updated_at = ctx.now,
                  .direction = Direction::outbound,
                  .phone = command.phone,
                  .purpose = command.purpose,
                  .decision = decision.id,
                  .voicemail = command.voicemail,
                  .metadata = command.metadata,
                  .dialed_for = command.dialed_for};
  call.carrier_sid = call.id.value;
  if (speaker) call.ai_agent = speaker->id;
  return call;
}

std::string joined(std::vector<std::string> const& sentences) {
  std::string text;
  for (auto const& sentence : sentences) text += (text.empty() ? "" : "\n") + sentence;
  return text;
}

}  // namespace

std::optional<Agent> speaker_of(Transaction const& tx, AccountId account, Line const& line,
                                std::optional<AgentId> const& named) {
  auto const id = named ? named : line.outbound_ai_agent_id ? line.outbound_ai_agent_id : line.ai_agent_id;
  auto agent = id ? tx.agents().find(account, *id) : std::nullopt;
  return agent && agent->answer ? std::move(agent) : std::nullopt;
}

Result<PlacedCall> place_call(Transaction& tx, Context const& ctx, ReachRules const& rules,
                              PlaceCall const& command) {
  auto problems = command.problems;
  auto const line = command.line ? tx.reach().line(ctx.account, *command.line) : std::nullopt;
  if (command.line && !line) return fail(not_found("line"));
  if (line) check_line(tx, ctx, command, *line, problems);
  if (!problems.empty()) return fail(validation_error(std::move(problems)));

  auto const decision = ask_permission(tx, ctx, rules,
                                       {.phone = command.phone,
                                        .number = command.number,
                                        .channel = Channel::call,
                                        .purpose = command.purpose,
                                        .line = line->id,
                                        .emergencies = command.emergencies},
                                       command.decision);
  if (!decision) return fail(decision.error());
  if (!decision->verdict.allowed()) return PlacedCall(*decision);

  std::optional<Agent> speaker;
  if (command.speech.empty()) speaker = speaker_of(tx, ctx.account, *line, command.ai_agent);
  auto call = new_call(ctx, command, *line, *decision, speaker);
  if (!command.speech.empty())
    call.speech_sealed = seal_words(tx, ctx, call.id.value, joined(command.speech));
  tx.calls().insert(ctx.account, call);
  record(tx, ctx, Entity::call, call.id.value, Action::created, {}, ledger_fields(call));
  tx.dispatches().put(
      dispatch_through(ctx, *line, *carrier_of(tx, ctx.policies, *line), Channel::call, call.id.value));
  return PlacedCall(std::move(call));
}

Result<CallRecord> hang_up(Transaction& tx, Context const& ctx, CallId const& id) {
  auto call = tx.calls().find(ctx.account, id);
  if (!call) return fail(not_found("call"));
  if (is_over(call->status))
    return fail(ErrorCode::conflict, "the call is over: it is " + std::string(to_string(call->status)));
  auto dispatch = tx.dispatches().find(ctx.account, id.value);
  if (!dispatch)
    return fail(ErrorCode::conflict,
                call->direction == Direction::inbound
                    ? "the call came in; whoever answers it ends it"
                    : "nobody can tell whether the call was placed, so it cannot be ended");
  dispatch->hang_up = true;
  dispatch->due_at = ctx.now;
  tx.dispatches().put(*dispatch);
  return std::move(*call);
}

}  // namespace linebook

#include "app/messages/send_message.h"

#include "app/ledger/ledger_fields.h"
#include "app/lines/line_carrier.h"
#include "app/reach/permission.h"
#include "app/sealed_words.h"

namespace linebook {
namespace {

std::string cannot_text(Line const& line) {
  if (line.provider() == Provider::byo)
    return "is a SIP trunk, which carries no texts; send from a Twilio or Pia line";
  return no_carrier(Channel::text);
}

Message new_message(Context const& ctx, SendMessage const& command, Line const& line,
                    Decision const& decision) {
  Message message{.id = {ctx.ids.next("msg_", ctx.now)},
                  .line = line.id,
                  .from = line.phone_number,
                  .to = decision.number.to_e164().str(),
                  .phone = command.phone,
                  .purpose = command.purpose,
                  .decision = decision.id,
                  .carrier_sid = {},
                  .send_at = command.send_at,
                  .created_at = ctx.now,
                  .updated_at = ctx.now};
  message.carrier_sid = message.id.value;
  return message;
}

/// One for later: would it be allowed then?
Result<Decision> forecast(Transaction& tx, Context const& ctx, ReachRules const& rules,
                          ContactQuestion question, Instant at) {
  question.at = at;
  return decide_contact(tx, ctx.account, ctx.now, rules, question);
}

}  // namespace

ContactQuestion question_of(Message const& message) {
  ContactQuestion question{.phone = message.phone,
                           .number = {},
                           .channel = Channel::text,
                           .purpose = message.purpose.value_or(Purpose::care),
                           .line = message.line,
                           .emergencies = Emergencies::allowed};
  if (!message.phone)
    if (auto const to = E164::parse(message.to)) question.number = TenDigits::from_e164(*to);
  return question;
}

Result<SentMessage> send_message(Transaction& tx, Context const& ctx, ReachRules const& rules,
                                 SendMessage const& command) {
  auto problems = command.problems;
  auto const line = command.line ? tx.reach().line(ctx.account, *command.line) : std::nullopt;
  if (command.line && !line) return fail(not_found("line"));
  auto const carrier = line ? carrier_of(tx, ctx.policies, *line) : std::nullopt;
  if (line && !carrier) problems.push_back({"line_id", cannot_text(*line)});
  if (!problems.empty()) return fail(validation_error(std::move(problems)));

  ContactQuestion const question{.phone = command.phone,
                                 .number = command.number,
                                 .channel = Channel::text,
                                 .purpose = command.purpose,
                                 .line = line->id,
                                 .emergencies = command.emergencies};
  auto const decision = command.send_at ? forecast(tx, ctx, rules, question, *command.send_at)
                                        : ask_permission(tx, ctx, rules, question, command.decision);
  if (!decision) return fail(decision.error());
  if (!decision->verdict.allowed()) return SentMessage(*decision);

  auto message = new_message(ctx, command, *line, *decision);
  message.text_sealed = seal_words(tx, ctx, message.id.value, command.text);
  tx.messages().insert(ctx.account, message);
  record(tx, ctx, Entity::message, message.id.value, Action::created, {}, ledger_fields(message));
  auto dispatch = dispatch_through(ctx, *line, *carrier, Channel::text, message.id.value);
  if (command.send_at) dispatch.due_at = std::max(*command.send_at, ctx.now);
  tx.dispatches().put(dispatch);
  return SentMessage(std::move(message));
}

}  // namespace linebook

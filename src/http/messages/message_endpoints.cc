// /messages: texts that we send, and those that came in.
#include "app/messages/send_message.h"
#include "app/ports/messages.h"
#include "app/sealed_words.h"
#include "app/status_notices.h"
#include "domain/numbers/written_number.h"
#include "domain/text/remark.h"
#include "http/codec/field_parsers.h"
#include "http/lines/line_requests.h"
#include "http/messages/message_json.h"
#include "http/messages/routes.h"
#include "http/reach/refusal.h"
#include "http/serving/endpoint.h"
#include "http/serving/paging.h"

namespace linebook::http {
namespace {

Parsed<MessageStatus> message_status(std::string_view text) {
  auto const status = parse_message_status(text);
  if (!status)
    return complain(
        "must be one of unknown, accepted, queued, sending, sent, delivered, undelivered, failed, held, "
        "received");
  return *status;
}

Parsed<std::string> message_text(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == text.npos) return complain("must say something");
  if (!is_remark(text, max_message_text))
    return complain("must be 1 to " + std::to_string(max_message_text) +
                    " characters, of which line breaks and tabs are the only control characters");
  return std::string(text);
}

SendMessage read_send_message(Call& call) {
  SendMessage command;
  ObjectReader reader(call.body, command.problems);
  command.line = reader.required_text("line_id", line_id);
  auto recipient = read_recipient(reader);
  command.phone = std::move(recipient.phone);
  command.number = recipient.number;
  command.text = reader.required_text("text", message_text).value_or("");
  command.purpose = reader.required_text("purpose", purpose).value_or(Purpose::care);
  command.send_at = reader.text("send_at", instant);
  command.decision = reader.text("decision_id", decision_id);
  if (command.send_at &&
      (*command.send_at < call.now - forecast_grace || *command.send_at > call.now + max_forecast))
    reader.problem("send_at", "must be between now and 30 days ahead");
  if (command.send_at && command.decision)
    reader.problem("decision_id", "cannot be sent together with send_at: it is decided at that time");
  command.emergencies =
      call.principal->scopes.has(Scope::reach_emergency) ? Emergencies::allowed : Emergencies::refused;
  reader.refuse_unknown();
  return command;
}

/// Codes are nobody's to read; neither is what was forgotten.
std::optional<std::string> words_of(Transaction const& tx, Environment const& env, AccountId account,
                                    Message const& message) {
  if (!message.text_sealed || message.purpose == Purpose::verification) return std::nullopt;
  auto words = open_words(tx, account, env.secrets, message.id.value, *message.text_sealed);
  return words ? std::optional(std::move(*words)) : std::nullopt;
}

ShownMessage shown(Transaction const& tx, Environment const& env, AccountId account, Message message) {
  auto words = words_of(tx, env, account, message);
  return with_people(tx, account, std::move(message), std::move(words));
}

/// Without its words: answers are kept for repeated keys, in the clear.
Result<Plan> post_message(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Write{[&rules = call.env.reach, command = read_send_message(call)](
                   Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto sent = send_message(tx, ctx, rules, command);
    if (!sent) return fail(std::move(sent.error()));
    if (auto const* refusal = std::get_if<Decision>(&*sent)) return not_allowed(*refusal, ctx);
    auto made = with_people(tx, ctx.account, std::move(std::get<Message>(*sent)), std::nullopt);
    return Answer{.status = 201,
                  .body = message_json(made),
                  .tag = Answer::Tag::entity,
                  .location = "/messages/" + made.message.id.value};
  }};
}

Result<Plan> list_messages(Call& call) {
  MessageFilter filter;
  if (auto line = call.query.parsed("line", chosen_id)) filter.line = LineId{*line};
  if (auto from = call.query.text("from")) filter.from = called_or_calling(*from);
  if (auto to = call.query.text("to")) filter.to = called_or_calling(*to);
  filter.status = call.query.parsed("status", message_status);
  filter.direction = call.query.parsed("direction", direction);
  filter.since = call.query.time("since");
  filter.until = call.query.time("until");
  auto page = finish_token_page(call);
  if (!page) return fail(std::move(page.error()));
  bool const looks_far = filter.line || filter.from || filter.to || filter.status || filter.direction;
  return Read{
      looks_far ? ReadCost::unbounded : ReadCost::bounded,
      [account = call.account(), filter = std::move(filter), page = std::move(*page), now = call.now,
       &env = call.env](Transaction const& tx) -> Result<Answer> {
        std::vector<ShownMessage> messages;
        for (auto& message : tx.messages().list(account, filter, keyset_from(page.cursor), page.size + 1))
          messages.push_back(shown(tx, env, account, std::move(message)));
        return keyset_page_answer(
            "messages", std::move(messages), page, write_message,
            [](ShownMessage const& m) { return to_cursor(m.message.created_at, m.message.id.value); }, env,
            account, now);
      }};
}

Result<Plan> get_message(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Read{ReadCost::bounded,
              [account = call.account(), id = MessageId{call.parameter()},
               &env = call.env](Transaction const& tx) -> Result<Answer> {
                auto found = tx.messages().find(account, id);
                if (!found) return fail(not_found("message"));
                auto const events = tx.status_notices().of(account, id.value, max_notices_shown);
                return Answer{.body = message_json(shown(tx, env, account, std::move(*found)), events),
                              .tag = Answer::Tag::entity};
              }};
}

}  // namespace

std::vector<Route> message_routes() {
  return {{Method::post, "/messages", Scope::reach_write, post_message},
          {Method::get, "/messages", Scope::reach_read, list_messages},
          {Method::get, "/messages/{message_id}", Scope::reach_read, get_message}};
}

}  // namespace linebook::http

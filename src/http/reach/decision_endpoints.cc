// /decisions, and a number's reachability: may I call?
#include <memory>

#include "app/reach/decide_contact.h"
#include "http/codec/error_table.h"
#include "http/codec/field_parsers.h"
#include "http/reach/decision_json.h"
#include "http/reach/routes.h"
#include "http/serving/endpoint.h"
#include "http/serving/paging.h"

namespace linebook::http {
namespace {

Emergencies emergencies_of(Call const& call) {
  return call.principal->scopes.has(Scope::reach_emergency) ? Emergencies::allowed : Emergencies::refused;
}

std::optional<std::string> forecast_fault(Instant at, Instant now) {
  if (at >= now - forecast_grace && at <= now + max_forecast) return std::nullopt;
  return "must be between now and 30 days ahead";
}

/// One question, as POST /decisions and each of a batch have it.
ContactQuestion read_question(boost::json::value const& body, std::string prefix, Call const& call) {
  ContactQuestion question;
  ObjectReader reader(body, question.problems, std::move(prefix));
  question.emergencies = emergencies_of(call);
  bool const names_phone = reader.mentions("phone_id"), names_number = reader.mentions("number");
  question.phone = reader.text_unless_null("phone_id", phone_id);
  question.number = reader.text_unless_null("number", ten_digits);
  if (names_phone && names_number)
    reader.problem("number", "cannot be sent together with phone_id; send one of them");
  else if (body.is_object() && !names_phone && !names_number)
    reader.problem("phone_id", "is required, or number: whom do you want to reach?");
  question.channel = reader.required_text("channel", channel).value_or(Channel::call);
  question.purpose = reader.required_text("purpose", purpose).value_or(Purpose::care);
  question.voice = reader.text_unless_null("voice", voice).value_or(Voice::artificial);
  question.line = reader.text("line_id", line_id);
  question.at = reader.text("at", instant);
  if (question.at)
    if (auto fault = forecast_fault(*question.at, call.now)) reader.problem("at", std::move(*fault));
  reader.refuse_unknown();
  return question;
}

Result<Plan> post_decision(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  auto question = read_question(call.body, "", call);
  auto const& rules = call.env.reach;
  if (question.at && question.problems.empty())  // a forecast keeps nothing
    return Read{ReadCost::bounded,
                [&rules, account = call.account(), now = call.now,
                 question = std::move(question)](Transaction const& tx) -> Result<Answer> {
                  auto decision = decide_contact(tx, account, now, rules, question);
                  if (!decision) return fail(std::move(decision.error()));
                  return Answer{.body = decision_json(*decision)};
                }};
  return Write{
      [&rules, question = std::move(question)](Transaction& tx, Context const& ctx) -> Result<Answer> {
        auto decision = record_decision(tx, ctx, rules, question);
        if (!decision) return fail(std::move(decision.error()));
        return Answer{.body = decision_json(*decision)};
      }};
}

Result<Plan> post_decision_batch(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  Problems problems;
  ObjectReader reader(call.body, problems);
  auto const* items = reader.array("decisions");
  if (call.body.is_object() && !reader.has("decisions")) reader.problem("decisions", "is required");
  if (items != nullptr && (items->empty() || items->size() > max_decisions_at_once))
    reader.problem("decisions", "must hold 1 to " + std::to_string(max_decisions_at_once) + " questions");
  reader.refuse_unknown();
  if (!problems.empty()) return fail(validation_error(std::move(problems)));
  std::vector<ContactQuestion> questions;
  questions.reserve(items->size());
  for (auto const& item : *items) questions.push_back(read_question(item, "", call));
  return Write{[&rules = call.env.reach, questions = std::move(questions)](
                   Transaction& tx, Context const& ctx) -> Result<Answer> {
    JsonWriter json;
    json.begin_object().key("decisions").begin_array();
    for (auto const& question : questions) {
      auto const decision = record_decision(tx, ctx, rules, question);
      if (decision)
        write_decision(json, *decision);
      else
        json.raw(error_body(decision.error(), ctx.request_id));
    }
    json.end_array().end_object();
    return Answer{.body = std::move(json).take()};
  }};
}

Result<Plan> get_reachability(Call& call) {
  ContactQuestion question;
  question.phone = ContactNumberId{call.parameter()};
  question.emergencies = emergencies_of(call);
  question.channel = call.query.parsed("channel", channel).value_or(Channel::call);
  question.purpose = call.query.parsed("purpose", purpose).value_or(Purpose::care);
  question.voice = call.query.parsed("voice", voice).value_or(Voice::artificial);
  question.line = call.query.parsed("line_id", line_id);
  question.at = call.query.time("at");
  if (question.at)
    if (auto fault = forecast_fault(*question.at, call.now)) call.query.problem("at", std::move(*fault));
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Read{ReadCost::bounded,
              [&rules = call.env.reach, account = call.account(), now = call.now,
               question = std::move(question)](Transaction const& tx) -> Result<Answer> {
                auto decision = decide_contact(tx, account, now, rules, question);
                if (!decision) return fail(std::move(decision.error()));
                return Answer{.body = decision_json(*decision)};
              }};
}

Result<Plan> list_decisions(Call& call) {
  DecisionFilter filter;
  filter.number =
      call.query.parsed("number", [](std::string_view text) { return ten_digits(with_plus(text)); });
  if (auto person = call.query.parsed("person", chosen_id)) filter.person = PersonId{*person};
  filter.allowed = call.query.boolean("allowed");
  filter.channel = call.query.parsed("channel", channel);
  filter.since = call.query.time("from");
  filter.until = call.query.time("to");
  auto page = finish_token_page(call);
  if (!page) return fail(std::move(page.error()));
  bool const looks_far = filter.allowed || filter.channel || filter.person;
  return Read{looks_far ? ReadCost::unbounded : ReadCost::bounded,
              [account = call.account(), filter = std::move(filter), page = std::move(*page), now = call.now,
               &env = call.env](Transaction const& tx) -> Result<Answer> {
                std::optional<DecisionId> before;
                if (page.cursor) before = DecisionId{*page.cursor};
                return keyset_page_answer(
                    "decisions", tx.decisions().newest(account, filter, before, page.size + 1), page,
                    write_decision, [](Decision const& d) { return d.id->value; }, env, account, now);
              }};
}

Result<Plan> get_decision(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Read{
      ReadCost::bounded,
      [account = call.account(), id = DecisionId{call.parameter()}](Transaction const& tx) -> Result<Answer> {
        auto const found = tx.decisions().find(account, id);
        if (!found) return fail(not_found("decision"));
        return Answer{.body = decision_json(*found), .tag = Answer::Tag::entity};
      }};
}

}  // namespace

std::vector<Route> decision_routes() {
  return {
      {Method::post, "/decisions", Scope::reach_write, post_decision},
      {Method::get, "/decisions", Scope::reach_read, list_decisions},
      {Method::post, "/decisions/batch", Scope::reach_write, post_decision_batch},
      {Method::get, "/decisions/{decision_id}", Scope::reach_read, get_decision},
      {Method::get, "/api/v2/phone-numbers/{phone_id}/reachability", Scope::reach_read, get_reachability}};
}

}  // namespace linebook::http

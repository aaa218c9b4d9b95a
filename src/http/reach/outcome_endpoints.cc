// What came of trying to reach somebody: told of a call that we know, or of one placed elsewhere.
#include "app/reach/outcomes.h"

#include "http/codec/field_parsers.h"
#include "http/codec/json_writer.h"
#include "http/reach/routes.h"
#include "http/serving/endpoint.h"

namespace linebook::http {
namespace {

TellOutcome read_outcome(ObjectReader& reader) {
  TellOutcome command;
  command.outcome = reader.required_text("outcome", outcome);
  command.purpose = reader.text("purpose", purpose);
  command.decision = reader.text("decision_id", decision_id);
  command.at = reader.text("at", instant);
  command.note = reader.text("note", [](std::string_view text) { return remark(text, max_outcome_note); });
  return command;
}

Answer attempt_answer(Attempt const& a) {
  JsonWriter json;
  json.begin_object().key("id").string(a.id.value).key("phone_id");
  a.phone ? json.string(a.phone->value) : json.null();
  json.key("number").string(a.number.view()).key("channel").string(to_string(a.channel)).key("purpose");
  a.purpose ? json.string(to_string(*a.purpose)) : json.null();
  json.key("decision_id");
  a.decision ? json.string(a.decision->value) : json.null();
  json.key("outcome");
  a.outcome ? json.string(to_string(*a.outcome)) : json.null();
  json.key("at").time(a.at).key("note").string_or_null(a.note).end_object();
  return {.status = 201, .body = std::move(json).take()};
}

Result<Plan> post_number_outcome(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  Problems problems;
  ObjectReader reader(call.body, problems);
  auto command = read_outcome(reader);
  command.channel = reader.text("channel", channel);
  reader.refuse_unknown();
  command.problems = std::move(problems);
  return Write{[command = std::move(command), id = ContactNumberId{call.parameter()}](
                   Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto told = tell_outcome(tx, ctx, id, command);
    if (!told) return fail(std::move(told.error()));
    return attempt_answer(*told);
  }};
}

Result<Plan> post_call_outcome(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  Problems problems;
  ObjectReader reader(call.body, problems);
  auto command = read_outcome(reader);
  reader.refuse_unknown();
  command.problems = std::move(problems);
  return Write{[command = std::move(command), id = CallId{call.parameter()}](
                   Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto told = tell_call_outcome(tx, ctx, id, command);
    if (!told) return fail(std::move(told.error()));
    return attempt_answer(*told);
  }};
}

}  // namespace

std::vector<Route> outcome_routes() {
  return {
      {Method::post, "/api/v2/phone-numbers/{phone_id}/outcomes", Scope::reach_write, post_number_outcome},
      {Method::post, "/calls/{call_id}/outcome", Scope::reach_write, post_call_outcome}};
}

}  // namespace linebook::http

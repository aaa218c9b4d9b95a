// A code is sent to a number, and told back.
#include "app/verification/verify_number.h"

#include "http/codec/error_table.h"
#include "http/codec/field_parsers.h"
#include "http/codec/json_writer.h"
#include "http/contacts/contact_number_json.h"
#include "http/reach/refusal.h"
#include "http/serving/endpoint.h"
#include "http/verification/routes.h"

namespace linebook::http {
namespace {

Answer started(StartedVerification const& s) {
  auto const& v = s.verification;
  JsonWriter json;
  json.begin_object().key("id").string(v.id.value).key("channel").string(to_string(v.channel));
  json.key("sent_to").string(masked(v.number)).key("expires_at").time(v.expires_at);
  json.key("sends_left").number(s.sends_left).key("checks_left").number(v.checks_left).end_object();
  return {.status = 202, .body = std::move(json).take()};
}

/// An answer, not an error: the check that it cost is kept.
Answer wrong(WrongCode const& w, Context const& ctx) {
  auto const status = status_of(ErrorCode::wrong_code);
  auto const message =
      w.checks_left > 0
          ? "the code is not the one that was sent; checks left: " + std::to_string(w.checks_left)
          : std::string(
                "the code is not the one that was sent, and no check is left; send a new "
                "one with POST …/verification");
  JsonWriter json;
  json.begin_object().key("error").begin_object().key("code").string(status.name);
  json.key("message").string(message).key("details").begin_array().begin_object();
  json.key("field").string("code").key("message").string("is not the one that was sent");
  json.key("checks_left").number(w.checks_left).end_object().end_array();
  json.key("request_id").string(ctx.request_id).end_object().end_object();
  return {.status = status.status, .body = std::move(json).take()};
}

Parsed<std::string> code(std::string_view text) {
  if (text.size() != verification_digits || text.find_first_not_of("0123456789") != text.npos)
    return complain("must be six digits");
  return std::string(text);
}

Result<Plan> post_verification(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  StartVerification command;
  ObjectReader reader(call.body, command.problems);
  command.channel = reader.required_text("channel", channel).value_or(Channel::text);
  command.line = reader.text("line_id", line_id);
  reader.refuse_unknown();
  return Write{[&rules = call.env.reach, id = ContactNumberId{call.parameter()},
                command = std::move(command)](Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto start = start_verification(tx, ctx, rules, id, command);
    if (!start) return fail(std::move(start.error()));
    if (auto const* refusal = std::get_if<Decision>(&*start)) return not_allowed(*refusal, ctx);
    return started(std::get<StartedVerification>(*start));
  }};
}

Result<Plan> post_check(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  Problems problems;
  ObjectReader reader(call.body, problems);
  auto const told = reader.required_text("code", code);
  reader.refuse_unknown();
  if (!problems.empty()) return fail(validation_error(std::move(problems)));
  return Write{[id = ContactNumberId{call.parameter()}, told = *told](Transaction& tx,
                                                                      Context const& ctx) -> Result<Answer> {
    auto checked = check_verification(tx, ctx, id, told);
    if (!checked) return fail(std::move(checked.error()));
    if (auto const* missed = std::get_if<WrongCode>(&*checked)) return wrong(*missed, ctx);
    return Answer{.body = contact_number_json(std::get<LinkedContactNumber>(*checked))};
  }};
}

}  // namespace

std::vector<Route> verification_routes() {
  return {
      {Method::post, "/api/v2/phone-numbers/{phone_id}/verification", Scope::reach_write, post_verification},
      {Method::post, "/api/v2/phone-numbers/{phone_id}/verification/check", Scope::reach_write, post_check}};
}

}  // namespace linebook::http

#include "http/lines/line_requests.h"

#include "domain/lines/line_fields.h"
#include "domain/numbers/e164.h"
#include "domain/numbers/written_number.h"
#include "domain/text/sip_uri.h"
#include "http/codec/field_parsers.h"

namespace linebook::http {
namespace {

Parsed<std::string> e164(std::string_view text) {
  auto number = E164::parse(text);
  if (!number) return complain(std::move(number.error().message));
  return number->str();
}

Parsed<std::string> private_identifier(std::string_view text) {
  if (!is_private_identifier(text))
    return complain("must be 3 to 40 letters or digits, with an optional + before");
  return std::string(text);
}

/// A rule of the domain as a field's parser.
template <Result<std::string> (*rule)(std::string_view)>
Parsed<std::string> by_rule(std::string_view text) {
  auto value = rule(text);
  if (!value) return complain(std::move(value.error().message));
  return std::move(*value);
}

constexpr auto credential = by_rule<parse_credential>;
constexpr auto password = by_rule<parse_password>;
constexpr auto area_code = by_rule<parse_area_code>;
constexpr auto country_code = by_rule<parse_country_code>;
constexpr auto account_sid = by_rule<parse_twilio_account_sid>;
constexpr auto sip_termination = by_rule<parse_sip_termination>;

Parsed<AgentId> agent_id(std::string_view text) {
  auto id = chosen_id(text);
  if (!id) return complain(std::move(id.error()));
  return AgentId{std::move(*id)};
}

LineWishes read_wishes(ObjectReader& reader, Problems& problems) {
  return {reader.text("ai_agent_id", agent_id), reader.text("outbound_ai_agent_id", agent_id),
          reader.text("name", label),
          optional_object(reader, "fallback_destination", problems, read_fallback)};
}

CreateByoLine read_byo(ObjectReader& reader, Problems& problems) {
  CreateByoLine command;
  command.e164_check = reader.boolean("e164_check").value_or(true);
  command.phone_number =
      reader.required_text("phone_number", command.e164_check ? e164 : private_identifier).value_or("");
  command.sip_termination_uri = reader.text("sip_termination_uri", sip_termination);
  bool const has_name = reader.has("sip_username"), has_password = reader.has("sip_password");
  command.sip_username = reader.text_unless_null("sip_username", credential);
  command.sip_password = reader.text_unless_null("sip_password", password);
  if (has_name && !has_password) reader.problem("sip_password", "is required together with sip_username");
  if (has_password && !has_name) reader.problem("sip_username", "is required together with sip_password");
  command.wishes = read_wishes(reader, problems);
  return command;
}

CreatePiaLine read_pia(ObjectReader& reader, Problems& problems) {
  CreatePiaLine command;
  command.wish.area_code = reader.text_unless_null("area_code", area_code);
  command.wish.country_code = reader.text_unless_null("country_code", country_code);
  if (auto number = reader.text_unless_null("phone_number", e164))
    command.wish.number = *E164::parse(*number);
  if (reader.has("phone_number") && (reader.has("area_code") || reader.has("country_code")))
    reader.problem("phone_number", "cannot be combined with area_code or country_code");
  // A number asked for by name says its country itself.
  if (!command.wish.country_code && !command.wish.number) command.wish.country_code = "US";
  command.wishes = read_wishes(reader, problems);
  return command;
}

CreateTwilioLine read_twilio(ObjectReader& reader, Problems& problems) {
  CreateTwilioLine command;
  command.account_sid = reader.required_text("twilio_account_sid", account_sid).value_or("");
  command.auth_token = reader.required_text("twilio_auth_token", credential).value_or("");
  bool const by_number = reader.has("phone_number");
  bool const by_area = reader.has("area_code") || reader.has("country_code");
  if (auto number = reader.text_unless_null("phone_number", e164)) command.number = *E164::parse(*number);
  command.area_code = reader.text_unless_null("area_code", area_code);
  if (auto country = reader.text_unless_null("country_code", country_code))
    command.country_code = std::move(*country);
  auto const purchase = reader.boolean("purchase");
  command.purchase = purchase.value_or(false);
  if (!by_number && !by_area)
    reader.problem("phone_number", "is required, or area_code or country_code to search for one");
  if (by_number && by_area)
    reader.problem("phone_number", "cannot be combined with area_code or country_code");
  if (purchase && !by_number) reader.problem("purchase", "goes with phone_number only");
  command.wishes = read_wishes(reader, problems);
  return command;
}

template <class Command>
CreateLine finish(ObjectReader& reader, Command command, Problems& problems) {
  reader.refuse_unknown();
  command.problems = std::move(problems);
  return command;
}

}  // namespace

CreateLine read_create_line(boost::json::value const& body) {
  Problems problems;
  ObjectReader reader(body, problems);
  auto const provider = reader.required_text("provider", [](std::string_view text) -> Parsed<Provider> {
    auto known = parse_provider(text);
    if (!known) return complain("must be one of byo, twilio, pia");
    return *known;
  });
  // Without a provider nothing tells which other fields belong here.
  if (!provider) {
    CreateByoLine nothing;
    nothing.problems = std::move(problems);
    return nothing;
  }
  switch (*provider) {
    case Provider::byo:
      return finish(reader, read_byo(reader, problems), problems);
    case Provider::pia:
      return finish(reader, read_pia(reader, problems), problems);
    case Provider::twilio:
      return finish(reader, read_twilio(reader, problems), problems);
  }
  return {};
}

EditLine read_edit_line(boost::json::value const& body) {
  EditLine edit;
  ObjectReader reader(body, edit.problems);
  edit.ai_agent_id = reader.text_edit("ai_agent_id", agent_id);
  edit.outbound_ai_agent_id = reader.text_edit("outbound_ai_agent_id", agent_id);
  edit.name = reader.text_edit("name", label);
  edit.fallback_destination = object_edit(reader, "fallback_destination", edit.problems, read_fallback);
  edit.sip_termination_uri = reader.text_edit("sip_termination_uri", sip_termination);
  edit.sip_username = reader.text_edit("sip_username", credential);
  edit.sip_password = reader.text_edit("sip_password", password);
  edit.twilio_account_sid = reader.text_unless_null("twilio_account_sid", account_sid);
  edit.twilio_auth_token = reader.text_unless_null("twilio_auth_token", credential);
  for (auto const* name : {"phone_number", "provider", "e164_check"})
    reader.refuse(name, "cannot be changed; delete the line and create it anew");
  reader.refuse_unknown();
  return edit;
}

Parsed<std::string> line_number(std::string_view text) {
  auto number = with_plus(text);
  if (is_private_identifier(number)) return number;
  auto const written = read_written_e164(number);
  if (!written) return complain("must be a line's number, such as +12125550142");
  return written->number.str();
}

Parsed<Direction> direction(std::string_view text) {
  auto const known = parse_direction(text);
  if (!known) return complain("must be one of inbound, outbound");
  return *known;
}

std::string called_or_calling(std::string_view text) {
  auto as_it_is = with_plus(text);
  auto const written = read_written_e164(as_it_is);
  return written ? written->number.str() : as_it_is;
}

}  // namespace linebook::http

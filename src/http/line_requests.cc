#include "http/line_requests.h"

#include <algorithm>

#include "domain/e164.h"
#include "domain/sip_uri.h"
#include "http/field_parsers.h"

namespace linebook::http {
namespace {

constexpr std::size_t max_credential = 128;
constexpr std::size_t max_password = 256;

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

Parsed<std::string> sip_termination(std::string_view text) {
  auto uri = parse_sip_termination(text);
  if (!uri) return complain(std::move(uri.error().message));
  return *uri;
}

template <std::size_t most>
Parsed<std::string> printable(std::string_view text) {
  bool const is_printable = std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
  if (text.empty() || text.size() > most || !is_printable)
    return complain("must be 1 to " + std::to_string(most) + " printable ASCII characters without spaces");
  return std::string(text);
}

constexpr auto credential = printable<max_credential>;
constexpr auto password = printable<max_password>;

Parsed<std::string> area_code(std::string_view text) {
  bool const right = text.size() == 3 && text[0] >= '2' && text[0] <= '9' &&
                     std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!right) return complain("must be three digits, the first of them 2 to 9");
  return std::string(text);
}

Parsed<std::string> country_code(std::string_view text) {
  if (text.size() != 2 || !std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; }))
    return complain("must be a two-letter country code, such as US");
  return std::string(text);
}

Parsed<std::string> account_sid(std::string_view text) {
  auto is_hex = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  };
  if (text.size() != 34 || !text.starts_with("AC") || !std::ranges::all_of(text.substr(2), is_hex))
    return complain("must be AC and 32 hexadecimal digits");
  return std::string(text);
}

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

std::string with_plus(std::string_view text) {
  return text.starts_with(' ') ? "+" + std::string(text.substr(1)) : std::string(text);
}

Parsed<std::string> line_number(std::string_view text) {
  auto number = with_plus(text);
  if (!is_private_identifier(number)) return complain("must be a line's number, such as +12125550142");
  return number;
}

}  // namespace linebook::http

// A line's columns and the line that they make. What belongs to one provider stays null for the others.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/lines.h"
#include "store/encoding/spelled_columns.h"
#include "store/encoding/table_values.h"

namespace linebook::books {

inline constexpr std::string_view line_columns =
    "id, phone_number, provider, ai_agent_id, outbound_ai_agent_id, name, fallback_type, fallback_address,"
    " status, status_detail, created_at, updated_at, sip_termination_uri, sip_username, sip_password_sealed,"
    " e164_check, twilio_account_sid, twilio_auth_token_sealed, twilio_phone_number_sid, area_code,"
    " country_code, twilio_capabilities";

/// "voice,sms"
inline std::optional<std::string> joined_names(std::optional<std::vector<std::string>> const& names) {
  if (!names) return std::nullopt;
  std::string text;
  for (auto const& name : *names) text += (text.empty() ? "" : ",") + name;
  return text;
}

inline std::optional<std::vector<std::string>> split_names(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  std::vector<std::string> names;
  while (!text->empty()) {
    names.emplace_back(text->substr(0, text->find(',')));
    text->remove_prefix(std::min(text->size(), names.back().size() + 1));
  }
  return names;
}

inline std::optional<std::string_view> fallback_type_of(Line const& line) {
  if (!line.fallback_destination) return std::nullopt;
  return line.fallback_destination->type == FallbackType::sip ? "sip" : "number";
}
inline std::optional<std::string_view> fallback_address_of(Line const& line) {
  if (!line.fallback_destination) return std::nullopt;
  return line.fallback_destination->address;
}

/// The columns of a line that belong to one provider each; the others' stay null.
struct HoldingColumns {
  std::optional<std::string_view> sip_termination_uri, sip_username;
  std::optional<Bytes> sip_password;
  std::optional<bool> e164_check;
  std::optional<std::string_view> twilio_account_sid;
  std::optional<Bytes> twilio_auth_token;
  std::optional<std::string_view> twilio_phone_number_sid, area_code, country_code;
  std::optional<std::string> twilio_capabilities;
};

/// They point into the line.
inline HoldingColumns holding_columns_of(Line const& line) {
  HoldingColumns c;
  if (auto const* byo = std::get_if<ByoTrunk>(&line.holding)) {
    c.sip_termination_uri = byo->sip_termination_uri;
    c.sip_username = byo->sip_username;
    c.sip_password = bytes_of(byo->sip_password_sealed);
    c.e164_check = byo->e164_check;
  } else if (auto const* twilio = std::get_if<TwilioHolding>(&line.holding)) {
    c.twilio_account_sid = twilio->account_sid;
    c.twilio_auth_token = bytes_of(twilio->auth_token_sealed);
    c.twilio_phone_number_sid = twilio->phone_number_sid;
    c.twilio_capabilities = joined_names(twilio->capabilities);
  } else if (auto const* pia = std::get_if<PiaHolding>(&line.holding)) {
    c.area_code = pia->area_code;
    c.country_code = pia->country_code;
  }
  return c;
}

// -- Rows --------------------------------------------------------------------------------------------------

template <class Row>
decltype(Line::holding) holding_of(Row const& row) {
  using Text = std::optional<std::string>;
  switch (row.template get<Provider>(2)) {
    case Provider::byo:
      return ByoTrunk{row.template get<Text>(12), row.template get<Text>(13), row.template get<Text>(14),
                      row.template get<bool>(15)};
    case Provider::twilio:
      return TwilioHolding{row.template get<std::string>(16), row.template get<Text>(17),
                           row.template get<Text>(18),
                           split_names(row.template get<std::optional<std::string_view>>(21))};
    case Provider::pia:
      return PiaHolding{row.template get<Text>(19), row.template get<std::string>(20)};
  }
  unreadable("provider");
}

template <class Row>
std::optional<FallbackDestination> fallback_of(Row const& row) {
  auto const type = row.template get<std::optional<std::string_view>>(6);
  if (!type) return std::nullopt;
  return FallbackDestination{*type == "sip" ? FallbackType::sip : FallbackType::number,
                             row.template get<std::string>(7)};
}

template <class Row>
Line line_of(Row const& row) {
  return {.id = row.template get<LineId>(0),
          .phone_number = row.template get<std::string>(1),
          .ai_agent_id = row.template get<std::optional<AgentId>>(3),
          .outbound_ai_agent_id = row.template get<std::optional<AgentId>>(4),
          .name = row.template get<std::optional<std::string>>(5),
          .fallback_destination = fallback_of(row),
          .status = row.template get<LineStatus>(8),
          .status_detail = row.template get<std::optional<std::string>>(9),
          .holding = holding_of(row),
          .created_at = row.template get<Instant>(10),
          .updated_at = row.template get<Instant>(11)};
}

template <class Row>
NumberInService number_in_service_of(Row const& row) {
  return {row.template get<AccountId>(0), row.template get<LineId>(1)};
}

}  // namespace linebook::books

// What the tables of every store hold beside the plain fields of a thing.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/contacts/person.h"
#include "domain/lines/agent.h"
#include "domain/lines/carrier_task.h"
#include "domain/lines/line.h"
#include "store/encoding/voice_settings_encoding.h"

namespace linebook {

/// Bytes rather than text.
struct Bytes {
  std::string_view view;
};

inline std::optional<std::string> stored(std::optional<ContactWindow> const& window) {
  if (!window) return std::nullopt;
  return window->str();
}

inline std::optional<std::string> stored(std::optional<VoiceSettings> const& settings) {
  if (!settings) return std::nullopt;
  return encode_voice_settings(*settings);
}

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

/// Why a carrier's step failed; null where it did not.
struct FailureColumns {
  std::optional<FailureKind> kind;
  std::optional<int> code;
  std::optional<std::string_view> message;
};
inline FailureColumns failure_columns_of(CarrierTask const& task) {
  if (!task.failure) return {};
  return {task.failure->kind, task.failure->code, task.failure->message};
}

inline std::optional<AnswerType> answer_type_of(Agent const& agent) {
  return agent.answer ? std::optional(agent.answer->type) : std::nullopt;
}
inline std::optional<std::string_view> answer_address_of(Agent const& agent) {
  return agent.answer ? std::optional<std::string_view>(agent.answer->address) : std::nullopt;
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
  auto const sealed = [](std::optional<SealedSecret> const& secret) {
    return secret ? std::optional(Bytes{*secret}) : std::nullopt;
  };
  HoldingColumns c;
  if (auto const* byo = std::get_if<ByoTrunk>(&line.holding)) {
    c.sip_termination_uri = byo->sip_termination_uri;
    c.sip_username = byo->sip_username;
    c.sip_password = sealed(byo->sip_password_sealed);
    c.e164_check = byo->e164_check;
  } else if (auto const* twilio = std::get_if<TwilioHolding>(&line.holding)) {
    c.twilio_account_sid = twilio->account_sid;
    c.twilio_auth_token = sealed(twilio->auth_token_sealed);
    c.twilio_phone_number_sid = twilio->phone_number_sid;
    c.twilio_capabilities = joined_names(twilio->capabilities);
  } else if (auto const* pia = std::get_if<PiaHolding>(&line.holding)) {
    c.area_code = pia->area_code;
    c.country_code = pia->country_code;
  }
  return c;
}

}  // namespace linebook

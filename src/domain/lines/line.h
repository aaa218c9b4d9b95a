// A number that we own or operate, answered by an AI agent. (Seed 000.)
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/instant.h"

namespace linebook {

enum class Provider { byo, twilio, pia };

std::string_view to_string(Provider);
std::optional<Provider> parse_provider(std::string_view);

enum class LineStatus { provisioning, active, error, releasing };

std::string_view to_string(LineStatus);
std::optional<LineStatus> parse_line_status(std::string_view);

enum class FallbackType { number, sip };

/// Where a call goes when no agent can take it: an E.164 number or a SIP URI.
struct FallbackDestination {
  FallbackType type;
  std::string address;

  bool operator==(FallbackDestination const&) const = default;
};

/// A secret as kept: sealed by the account's data key (app/ports/secrets.h). Never shown.
using SealedSecret = std::string;

/// Brought by its owner from a SIP trunk.
struct ByoTrunk {
  std::optional<std::string> sip_termination_uri;
  std::optional<std::string> sip_username;  // both or neither
  std::optional<SealedSecret> sip_password_sealed;
  bool e164_check = true;  // false: a private identifier, unique in its account only
};

/// Held by the owner's Twilio account.
struct TwilioHolding {
  std::string account_sid;
  std::optional<SealedSecret> auth_token_sealed;
  std::optional<std::string> phone_number_sid;
  /// What the carrier says that the number can do: "voice", "sms", …; nothing until it did.
  std::optional<std::vector<std::string>> capabilities;
};

/// From the operator's pool.
struct PiaHolding {
  std::optional<std::string> area_code;
  std::string country_code = "US";  // ISO 3166-1 alpha-2
};

struct Line {
  LineId id;
  /// E.164, or a private identifier where e164_check is off. While a carrier's number is still searched for,
  /// the line's own id, which is neither: see has_number().
  std::string phone_number;
  std::optional<AgentId> ai_agent_id;           // answers inbound calls
  std::optional<AgentId> outbound_ai_agent_id;  // speaks on outbound calls
  std::optional<std::string> name;
  std::optional<FallbackDestination> fallback_destination;
  LineStatus status = LineStatus::active;
  std::optional<std::string> status_detail;
  std::variant<ByoTrunk, TwilioHolding, PiaHolding> holding;
  Instant created_at;
  Instant updated_at;

  bool has_number() const { return phone_number != id.value; }
  Provider provider() const { return static_cast<Provider>(holding.index()); }
  /// In service once in the whole installation (true), or only unique within its account.
  bool is_public() const {
    auto const* trunk = std::get_if<ByoTrunk>(&holding);
    return trunk != nullptr ? trunk->e164_check : has_number();
  }
};

}  // namespace linebook

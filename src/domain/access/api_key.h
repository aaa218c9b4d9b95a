// A bearer token's standing: whose it is, what it may do, how often, and until when.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/instant.h"
#include "base/result.h"

namespace linebook {

enum class Scope : std::uint8_t {
  lines_read,
  lines_write,
  contacts_read,
  contacts_write,
  events_read,
  audit_read,
  admin,
  reach_read,
  reach_write,
  reach_emergency
};

inline constexpr std::array all_scopes{Scope::lines_read,     Scope::lines_write, Scope::contacts_read,
                                       Scope::contacts_write, Scope::events_read, Scope::audit_read,
                                       Scope::admin,          Scope::reach_read,  Scope::reach_write,
                                       Scope::reach_emergency};

std::string_view to_string(Scope);  // "lines:read"
std::optional<Scope> parse_scope(std::string_view);

/// A set of scopes. `admin` holds every other one but reach_emergency, which is to be named.
class Scopes {
 public:
  constexpr Scopes() = default;
  /// Every one that a key is given without naming it.
  static constexpr Scopes all() { return Scopes(0x1FF); }
  constexpr bool has(Scope s) const {
    return (bits_ & (s == Scope::reach_emergency ? bit(s) : bit(s) | bit(Scope::admin))) != 0;
  }
  /// Not only held within `admin`.
  constexpr bool names(Scope s) const { return (bits_ & bit(s)) != 0; }
  constexpr void add(Scope s) { bits_ |= bit(s); }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool operator==(Scopes const&) const = default;

  /// "lines:read,contacts:read"; names the unknown scope in its error.
  static Result<Scopes> parse(std::string_view comma_separated);
  std::string to_string() const;

 private:
  explicit constexpr Scopes(std::uint16_t bits) : bits_(bits) {}
  static constexpr std::uint16_t bit(Scope s) {
    return static_cast<std::uint16_t>(1u << static_cast<unsigned>(s));
  }
  std::uint16_t bits_ = 0;
};

constexpr std::int64_t default_rate_limit = 1000;  // requests a minute (DRX's documented figure)

/// The keyed hash under which a token is kept; the token itself is shown once and never stored.
using TokenHash = std::string;  // 32 bytes

struct ApiKey {
  KeyId id;
  AccountId account;
  std::string name;
  TokenHash token_hash;
  Scopes scopes;
  std::int64_t rate_limit = default_rate_limit;  // requests a minute, 0 = none
  Instant created_at;
  std::optional<Instant> expires_at;
  std::optional<Instant> revoked_at;
  std::optional<Instant> last_used_at;  // best effort, to the minute
};

enum class AccountStatus { active, suspended };

std::string_view to_string(AccountStatus);

struct Account {
  AccountId id;
  std::string name;  // unique in the installation
  AccountStatus status = AccountStatus::active;
  std::string wrapped_data_key;  // app/ports/secrets.h
  Instant created_at;
  std::int64_t rate_limit = 0;  // requests a minute of all its keys together, 0 = none
};

/// What a token is for; its first characters tell.
enum class TokenKind { api_key, session, sign_in_link };
std::string_view token_prefix(TokenKind);  // "lbk_", "lbs_", "lbl_"

/// Whether a text has the form of our tokens: the kind's prefix and 256 bits in base64url, without padding.
bool is_token(std::string_view, TokenKind);

/// May a request with this key go on at `now`?
bool is_usable(ApiKey const&, AccountStatus, Instant now);

}  // namespace linebook

// Somebody who is signed in: for some hours a browser's cookie stands for an API key. A session may do what
// its key may, and ends with it. A sign-in link opens one, once.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include "domain/access/api_key.h"

namespace linebook {

inline constexpr std::chrono::hours session_lasts{12};
inline constexpr std::chrono::minutes sign_in_link_lasts{10};
/// Of one key at a time: whoever signs in once more ends the one that was opened first.
inline constexpr std::size_t max_sessions_of_key = 64;

enum class SessionUse { signed_in, link };

std::string_view to_string(SessionUse);  // "signed_in", "link"
std::optional<SessionUse> parse_session_use(std::string_view);

struct KeySession {
  SessionId id;
  AccountId account;
  KeyId key;
  SessionUse use = SessionUse::signed_in;
  TokenHash token_hash;  // as of a key: the token itself is told once and never stored
  Instant created_at;
  Instant expires_at;
};

/// Whoever a token belongs to, as it stands: a key with its account's status and limit, and the session where
/// the token is that of one.
struct Bearer {
  ApiKey key;
  AccountStatus account_status = AccountStatus::active;
  std::int64_t account_rate_limit = 0;
  struct SignedIn {
    SessionId id;
    Instant expires_at;
  };
  std::optional<SignedIn> session = {};
};

/// May a request of this bearer go on at `now`?
bool is_usable(Bearer const&, Instant now);

/// When it ends by itself, if ever.
std::optional<Instant> expiry_of(Bearer const&);

}  // namespace linebook

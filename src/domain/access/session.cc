#include "domain/access/session.h"

#include <algorithm>

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<SessionUse> session_uses[] = {{SessionUse::signed_in, "signed_in"},
                                                 {SessionUse::link, "link"}};

}  // namespace

std::string_view to_string(SessionUse use) { return spell(session_uses, use); }
std::optional<SessionUse> parse_session_use(std::string_view text) { return unspell(session_uses, text); }

bool is_usable(Bearer const& bearer, Instant now) {
  return is_usable(bearer.key, bearer.account_status, now) &&
         (!bearer.session || now < bearer.session->expires_at);
}

std::optional<Instant> expiry_of(Bearer const& bearer) {
  if (!bearer.session) return bearer.key.expires_at;
  return std::min(bearer.key.expires_at.value_or(bearer.session->expires_at), bearer.session->expires_at);
}

}  // namespace linebook

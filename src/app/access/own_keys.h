// Use cases of an account's own admin, who makes and revokes keys without the operator. One that returns an
// Error has changed nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/access/accounts.h"
#include "app/edits.h"

namespace linebook {

/// Keys of an account that are not revoked; beyond that the operator makes more.
inline constexpr std::int64_t max_own_keys = 1000;

struct CreateOwnKey {
  std::string name;
  Scopes scopes;
  std::optional<std::int64_t> rate_limit = {};  // nothing: the usual one, or the maker's where that is less
  std::optional<Instant> expires_at = {};       // nothing: with the maker, if ever
  Problems problems = {};
};

/// Made by the key `ctx.actor`, for its account. It may do nothing that its maker may not, nor oftener, nor
/// for longer: forbidden for a scope, a validation error for the rest.
Result<NewKey> create_own_key(Transaction&, Context const&, CreateOwnKey const&);

/// not_found for a key of another account.
Result<ApiKey> find_own_key(Transaction const&, AccountId, KeyId const&);

/// Any key of the account `ctx.account`, `ctx.actor` among them. Revoking twice changes nothing.
Result<ApiKey> revoke_own_key(Transaction&, Context const&, KeyId const&);

}  // namespace linebook

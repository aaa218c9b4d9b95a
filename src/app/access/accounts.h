// Use cases of the operator: tenants and their API keys. One that returns an Error has changed nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/context.h"
#include "app/ports/store.h"
#include "domain/access/api_key.h"

namespace linebook {

inline constexpr std::size_t max_account_name = 64;  // characters
inline constexpr std::size_t max_key_name = 64;
inline constexpr std::int64_t max_rate_limit = 1'000'000;  // requests a minute

/// Whose ledger keeps what belongs to no account: the pool.
inline constexpr AccountId installation_account{0};

/// 1 to 64 printable characters, no white space at either end. `ctx.account` does not count. already_exists
/// when the name is taken.
Result<Account> create_account(Transaction&, Context const&, std::string_view name);

/// Every key of the account stops working at once. Suspending twice changes nothing.
Result<Account> suspend_account(Transaction&, Context const&, std::string_view name);

/// Undoes suspending: keys that are neither revoked nor expired work again. An active account stays as it is.
Result<Account> resume_account(Transaction&, Context const&, std::string_view name);

/// How many requests a minute all its keys may make together, 0 for as many as they like; to the same number
/// again changes nothing. validation_error beyond max_rate_limit.
Result<Account> limit_account(Transaction&, Context const&, std::string_view name,
                              std::int64_t requests_a_minute);

/// The account with this name; not_found with advice for the command line.
Result<Account> named_account(Transaction const&, std::string_view name);

struct CreateKey {
  std::string name;
  Scopes scopes = Scopes::all();
  std::int64_t rate_limit = default_rate_limit;  // 0 = none
  std::optional<Instant> expires_at;
};

/// The only time that the token is known: the books keep its keyed hash.
struct NewKey {
  ApiKey key;
  std::string token;
};

/// What is wrong with it, if anything.
std::optional<Error> check_key(Instant now, CreateKey const&);

/// For the account `ctx.account`, which exists; conflict where it is suspended, since the key would not work.
Result<NewKey> create_key(Transaction&, Context const&, CreateKey const&);

/// `ctx.account` does not count: the operator names keys of any account. Revoking twice changes nothing.
Result<ApiKey> revoke_key(Transaction&, Context const&, KeyId const&);

}  // namespace linebook

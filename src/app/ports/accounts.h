// Tenants and their API keys: installation-wide reference tables.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "app/ports/agents.h"
#include "domain/access/session.h"

namespace linebook {

class Accounts {
 public:
  virtual ~Accounts() = default;

  virtual std::optional<Account> find(AccountId) const = 0;
  virtual std::optional<Account> find_by_name(std::string_view) const = 0;
  virtual std::vector<Account> list() const = 0;  // by name
  /// Gives the account its id (the next in order); `Account::id` of the argument is ignored.
  virtual AccountId insert(Account const&) = 0;
  virtual void set_status(AccountId, AccountStatus) = 0;
  virtual void set_rate_limit(AccountId, std::int64_t requests_a_minute) = 0;
  /// Adds to what all nodes together have taken of the account's requests of `minute` (since the epoch), and
  /// answers how many are taken now. Where others are one minute ahead, theirs is added to.
  virtual std::int64_t take_requests(AccountId, std::int64_t minute, std::int64_t requests) = 0;
  virtual void set_wrapped_data_key(AccountId, std::string_view) = 0;

  virtual std::optional<ApiKey> find_key(KeyId const&) const = 0;
  /// Of a key, or of a session that was not ended.
  virtual std::optional<Bearer> find_bearer(TokenHash const&) const = 0;
  virtual std::vector<ApiKey> list_keys() const = 0;  // by account, then oldest first
  /// The account's, newest first.
  virtual std::vector<ApiKey> keys_of(AccountId, std::optional<Keyset> const& after,
                                      std::int64_t limit) const = 0;
  /// The account's that are not revoked.
  virtual std::int64_t count_keys(AccountId) const = 0;
  virtual void insert_key(ApiKey const&) = 0;
  virtual void revoke_key(KeyId const&, Instant) = 0;
  virtual void set_key_last_used(KeyId const&, Instant) = 0;
};

}  // namespace linebook

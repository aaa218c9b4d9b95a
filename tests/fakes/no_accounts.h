// For tests of what asks for a little of accounts and keys: whoever asks for more has no business there.
#pragma once

#include <stdexcept>

#include "app/ports/accounts.h"

namespace linebook::fakes {

class NoAccounts : public Accounts {
 public:
  std::optional<Account> find(AccountId) const override { unexpected(); }
  std::optional<Account> find_by_name(std::string_view) const override { unexpected(); }
  std::vector<Account> list() const override { unexpected(); }
  AccountId insert(Account const&) override { unexpected(); }
  void set_status(AccountId, AccountStatus) override { unexpected(); }
  void set_rate_limit(AccountId, std::int64_t) override { unexpected(); }
  std::int64_t take_requests(AccountId, std::int64_t, std::int64_t) override { unexpected(); }
  void set_wrapped_data_key(AccountId, std::string_view) override { unexpected(); }
  std::optional<ApiKey> find_key(KeyId const&) const override { unexpected(); }
  std::optional<Bearer> find_bearer(TokenHash const&) const override { unexpected(); }
  std::vector<ApiKey> list_keys() const override { unexpected(); }
  std::vector<ApiKey> keys_of(AccountId, std::optional<Keyset> const&, std::int64_t) const override {
    unexpected();
  }
  std::int64_t count_keys(AccountId) const override { unexpected(); }
  void insert_key(ApiKey const&) override { unexpected(); }
  void revoke_key(KeyId const&, Instant) override { unexpected(); }
  void set_key_last_used(KeyId const&, Instant) override { unexpected(); }

 private:
  [[noreturn]] static void unexpected() { throw std::logic_error("not asked for in these tests"); }
};

}  // namespace linebook::fakes

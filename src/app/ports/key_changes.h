// What whoever remembers keys has to ask for again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "domain/access/api_key.h"

namespace linebook {

/// Keys that were revoked, and accounts that were suspended or resumed. A new key is none of these: nobody
/// can have remembered it.
struct KeyChanges {
  std::vector<KeyId> keys;
  std::vector<AccountId> accounts;
  bool everything = false;  // more than can be named

  bool any() const { return everything || !keys.empty() || !accounts.empty(); }
  bool names(ApiKey const& key) const {
    return everything || std::ranges::find(keys, key.id) != keys.end() ||
           std::ranges::find(accounts, key.account) != accounts.end();
  }
  void take(KeyChanges const& more) {
    keys.insert(keys.end(), more.keys.begin(), more.keys.end());
    accounts.insert(accounts.end(), more.accounts.begin(), more.accounts.end());
    everything |= more.everything;
  }
};

}  // namespace linebook

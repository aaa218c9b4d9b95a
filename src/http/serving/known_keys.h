// The keys that this node has looked up, as they stood then, and the sessions that stand for them. A bound
// keeps memory in check: what has been known for longest makes room. One thread at a time.
#pragma once

#include <atomic>
#include <boost/multi_index/hashed_index.hpp>
#include <boost/multi_index/sequenced_index.hpp>
#include <boost/multi_index_container.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "app/ports/key_changes.h"
#include "app/ports/secrets.h"
#include "http/serving/account_allowances.h"

namespace linebook::http {

/// What this node counts for one key, for as long as it knows the key or a session of it.
struct KeyUse {
  explicit KeyUse(KeyId key) : id(std::move(key)) {}
  KeyId const id;
  std::atomic<std::uint64_t> window{0};       // minute << 32 | requests in it
  std::atomic<std::int64_t> last_used_ms{0};  // 0: not since it is known
  std::atomic<bool> is_to_be_saved{false};    // on the list of those that the store does not know yet
};

struct KnownKey {
  KnownKey(Mac const& token_hash, Bearer const& found, std::shared_ptr<KeyUse> counted,
           std::shared_ptr<AccountUse> counted_of_account)
      : hash(token_hash),
        bearer(found),
        use(std::move(counted)),
        use_of_account(std::move(counted_of_account)) {}
  Mac const hash;
  Bearer const bearer;
  std::atomic<bool> is_current{true};                // false: whoever remembers it asks again
  std::shared_ptr<KeyUse> const use;                 // the same for a key and all of its sessions
  std::shared_ptr<AccountUse> const use_of_account;  // the same for all keys of an account
};

/// Token hashes are keyed and spread evenly: any of their bytes will do.
struct HashOfMac {
  std::size_t operator()(Mac const& mac) const {
    std::size_t hash = 0;
    std::memcpy(&hash, mac.data(), sizeof hash);
    return hash;
  }
};

class KnownKeys {
 public:
  static constexpr std::size_t max_keys = 131'072;  // some 600 bytes each

  explicit KnownKeys(std::size_t bound = max_keys) : bound_(bound) {}

  /// Nothing: it is not known.
  std::shared_ptr<KnownKey> find(Mac const&) const;
  /// As it was found in the books.
  std::shared_ptr<KnownKey> remember(Mac const&, Bearer const&);
  void forget(KeyChanges const&);
  std::size_t size() const { return keys_.size(); }

 private:
  struct ByAge;
  struct HashOfKey {
    using result_type = Mac;
    Mac const& operator()(std::shared_ptr<KnownKey> const& known) const { return known->hash; }
  };
  struct IdOfKey {
    using result_type = std::string;
    std::string const& operator()(std::shared_ptr<KnownKey> const& known) const {
      return known->bearer.key.id.value;
    }
  };
  struct AccountOfKey {
    using result_type = std::int64_t;
    std::int64_t operator()(std::shared_ptr<KnownKey> const& known) const {
      return known->bearer.key.account.value;
    }
  };
  using Keys = boost::multi_index_container<
      std::shared_ptr<KnownKey>,
      boost::multi_index::indexed_by<
          boost::multi_index::sequenced<boost::multi_index::tag<ByAge>>,
          boost::multi_index::hashed_unique<boost::multi_index::tag<HashOfKey>, HashOfKey, HashOfMac>,
          boost::multi_index::hashed_non_unique<boost::multi_index::tag<IdOfKey>, IdOfKey>,
          boost::multi_index::hashed_non_unique<boost::multi_index::tag<AccountOfKey>, AccountOfKey>>>;

  template <class Which, class Value>
  void forget_all(Value const&);
  void forget_session(KeyChanges::EndedSession const&);
  std::shared_ptr<KeyUse> use_of(KeyId const&) const;
  std::shared_ptr<AccountUse> use_of(AccountId);

  std::size_t const bound_;
  Keys keys_;
  std::unordered_map<std::int64_t, std::shared_ptr<AccountUse>> accounts_;
};

}  // namespace linebook::http

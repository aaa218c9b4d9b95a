// Who holds which token, be it a key's or a session's. Those that this node has met are answered from memory,
// without a lock; others are looked up in the store, while whoever asks goes on with something else. Also
// each key's request budget, counted on this node. Any thread.
#pragma once

#include <atomic>
#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "app/ports/clock.h"
#include "app/ports/secrets.h"
#include "app/ports/store.h"
#include "base/result.h"
#include "base/serial.h"
#include "http/serving/account_allowances.h"
#include "http/serving/known_keys.h"
#include "http/serving/unknown_tokens.h"
#include "http/telemetry/metrics.h"

namespace linebook::http {

/// The bearer of a good token.
struct Principal {
  AccountId account;
  Scopes scopes;
  std::int64_t rate_limit = 0;          // of the key
  std::int64_t account_rate_limit = 0;  // of all the account's keys together
  std::optional<Instant> expires_at = {};
  std::shared_ptr<KeyUse> use;
  std::shared_ptr<AccountUse> use_of_account = {};
  std::optional<SessionId> session = {};  // where the token is that of one
};

/// Takes one request from the key's minute.
Allowance spend(Principal const&, Instant now);

class KeyDirectory {
 public:
  static constexpr std::size_t max_looked_up = 64;     // tokens at one time
  static constexpr std::size_t max_waiting = 512;      // tokens that wait for one of those places
  static constexpr std::chrono::seconds patience{5};   // of those
  static constexpr int max_tries = 3;                  // with a key that changes while it is looked up
  static constexpr std::size_t max_of_thread = 16384;  // keys that a thread finds without asking the others
  static constexpr std::size_t max_uses = KnownKeys::max_keys;  // to be taken; further ones are not saved

  /// Nobody: unknown, revoked and expired tokens, and those of suspended accounts, alike. An error: it could
  /// not be found out.
  using Found = Result<std::optional<Principal>>;
  using Told = std::move_only_function<void(Found)>;

  KeyDirectory(Store& store, Secrets const& secrets) : store_(store), secrets_(secrets) {}

  Mac hash_of(std::string_view token) const { return secrets_.mac(MacPurpose::token_hash, token); }

  /// What is known here of the token; nothing: only the store can tell. Waits for nobody.
  std::optional<Found> find(Mac const& hash, Instant now);

  /// Asks the store, for `client`. `told` is called once, on any thread or within this call; it must be
  /// quick.
  void look_up(Mac const& hash, boost::asio::ip::address const& client, Instant now, Told told);

  /// The keys used since they were last taken, for the store to remember.
  std::vector<std::pair<KeyId, Instant>> take_uses();

  KeyCounters const& counters() const { return counters_; }

 private:
  class Job;
  struct Waiter {
    Instant now;
    Told told;
  };
  struct LookUp {
    boost::asio::ip::address client;
    UnknownTokens::Purse purse = UnknownTokens::Purse::network;  // that the client's look-up is paid from
    std::chrono::steady_clock::time_point since;
    std::vector<Waiter> waiters;
    std::uint64_t asked_at = 0;  // the generation of keys before the store was asked
    int tries = 0;
  };
  using KeysOfThread = std::unordered_map<Mac, std::shared_ptr<KnownKey>, HashOfMac>;

  KeysOfThread& keys_of_this_thread() const;
  Found standing(std::shared_ptr<KnownKey> const&, Instant now);
  void save_use_later(std::shared_ptr<KeyUse> const&);
  bool queue(Mac const& hash, boost::asio::ip::address const& client, Waiter&);
  void ask_for_what_waits();
  void answered(Mac const& hash, Result<std::optional<Bearer>> const&);

  // Under the mutex:
  void catch_up();
  std::optional<Mac> next_to_be_asked(std::vector<Waiter>& overdue);
  bool has_changed_since(LookUp const&, Bearer const&);
  std::shared_ptr<KnownKey> settle(Mac const& hash, LookUp const&, Result<std::optional<Bearer>> const&);

  std::uint64_t const serial_ = next_serial();
  Store& store_;
  Secrets const& secrets_;
  KeyCounters counters_;

  std::atomic<std::uint64_t> caught_up_with_{store_.keys_generation()};
  std::mutex mutex_;  // guards what follows; no known key takes it but the first time on a thread
  KnownKeys known_;
  UnknownTokens unknown_;
  std::unordered_map<Mac, LookUp, HashOfMac> look_ups_;
  std::deque<Mac> waiting_;  // of these, those that the store is not asked for yet
  std::size_t looked_up_ = 0;

  std::mutex uses_mutex_;
  std::vector<std::shared_ptr<KeyUse>> uses_;
};

}  // namespace linebook::http

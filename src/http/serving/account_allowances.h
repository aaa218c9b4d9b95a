// How many requests accounts may still make in this minute, all their keys together. A node that is alone
// counts by itself. Several nodes share the minute: each takes some of its requests from the store, ahead of
// need, and lets through only what it has taken, so that all together let through what was agreed, less the
// little that nodes hold when the minute ends. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "app/ports/nodes.h"
#include "app/ports/store.h"

namespace linebook::http {

/// What is left of somebody's requests in this minute.
struct Allowance {
  bool granted = true;
  std::int64_t limit = 0;
  std::int64_t remaining = 0;
  std::int64_t reset_seconds = 0;  // epoch, when the minute ends
};

/// Counts one more of the minute in `window` (minute << 32 | requests in it).
Allowance count_request(std::atomic<std::uint64_t>& window, std::int64_t limit, Instant now);

/// What this node counts for one account, for as long as it knows a key of it.
struct AccountUse {
  using Told = std::move_only_function<void(Allowance)>;

  explicit AccountUse(AccountId account) : id(account) {}
  AccountId const id;
  std::atomic<std::uint64_t> window{0};  // where this node is alone, as of a key

  std::mutex mutex;  // guards what follows: of several nodes
  std::int64_t minute = -1;
  std::int64_t left = 0;          // taken from the store, and not used
  std::int64_t taken_by_all = 0;  // as the store told last
  bool is_used_up = false;        // there is no more to be taken
  std::int64_t limit = 0;         // that this was found of
  bool is_taking = false;         // the store is being asked
  std::deque<Told> waiting;
};

class AccountAllowances {
 public:
  /// What a node takes at once, of a minute's requests: a two-hundredth, so that a handful of nodes hold less
  /// than a twentieth of them.
  static constexpr std::int64_t parts_of_minute = 200;
  static constexpr std::size_t max_waiting = 1024;  // requests of an account; further ones go on uncounted

  AccountAllowances(Store& store, Nodes nodes) : store_(store), nodes_(nodes) {}

  /// Takes one request from the account's minute, where the node has one or knows that there is none. Else
  /// nothing, and whoever `wait` answers is told once the store has been asked: on any thread, or within this
  /// call. While the store does not answer, nobody is refused for it.
  std::optional<Allowance> spend(std::shared_ptr<AccountUse> const&, std::int64_t limit, Instant now,
                                 std::move_only_function<AccountUse::Told()> wait);

 private:
  class Taking;
  void take(std::shared_ptr<AccountUse> const&, std::int64_t minute, std::int64_t limit,
            std::int64_t requests);
  void taken(std::shared_ptr<AccountUse> const&, std::int64_t minute, std::int64_t limit,
             std::int64_t requests, Result<std::int64_t> const& by_all);

  Store& store_;
  Nodes const nodes_;
};

}  // namespace linebook::http

// Who holds which bearer token: a snapshot of all API keys that every I/O thread reads without a lock, looked
// up anew when the store says that keys have changed. Also each key's request budget, counted on this node.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/ports/clock.h"
#include "app/ports/secrets.h"
#include "app/ports/store.h"
#include "base/result.h"
#include "base/serial.h"

namespace linebook::http {

/// What this node counts for one key. Lives as long as the directory.
struct KeyUse {
  explicit KeyUse(KeyId key) : id(std::move(key)) {}
  KeyId const id;
  std::atomic<std::uint64_t> window{0};        // minute << 32 | requests in it
  std::atomic<std::int64_t> last_used_ms{0};   // 0: not since start
  std::atomic<std::int64_t> last_saved_ms{0};  // what the store knows
};

/// The bearer of a good token.
struct Principal {
  AccountId account;
  Scopes scopes;
  std::int64_t rate_limit = 0;
  KeyUse* use = nullptr;
};

struct Allowance {
  bool granted = true;
  std::int64_t limit = 0;
  std::int64_t remaining = 0;
  std::int64_t reset_seconds = 0;  // epoch, when the window ends
};

/// Takes one request from the key's minute.
Allowance spend(Principal const&, Instant now);

class KeyDirectory {
 public:
  KeyDirectory(Store& store, Secrets const& secrets) : store_(store), secrets_(secrets) {}

  /// The token's bearer; nothing for unknown, revoked and expired tokens and those of suspended accounts
  /// alike. unavailable when the keys cannot be read.
  Result<std::optional<Principal>> find(std::string_view token, Instant now);

  /// The keys used since they were last saved, for the store to remember. Any thread.
  std::vector<std::pair<KeyId, Instant>> take_uses();

 private:
  struct Entry {
    ApiKey key;
    AccountStatus account_status;
    KeyUse* use;
  };
  struct Snapshot {
    std::uint64_t generation = 0;
    std::unordered_map<TokenHash, Entry> by_hash;
  };

  /// Good until this thread asks again.
  Result<Snapshot const*> current();
  Result<std::shared_ptr<Snapshot const>> load(std::uint64_t generation);

  std::uint64_t const serial_ = next_serial();
  Store& store_;
  Secrets const& secrets_;
  std::mutex mutex_;  // guards what follows; taken only when keys have changed
  std::shared_ptr<Snapshot const> latest_;
  std::unordered_map<std::string, std::unique_ptr<KeyUse>> uses_;
};

}  // namespace linebook::http

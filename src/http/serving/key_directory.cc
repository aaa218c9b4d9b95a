#include "http/serving/key_directory.h"

#include <future>

namespace linebook::http {
namespace {

/// Reads all keys, waiting for it: rare, and inline on the embedded store.
struct LoadKeys final : ReadJob {
  struct Loaded {
    std::vector<ApiKey> keys;
    std::vector<Account> accounts;
  };
  explicit LoadKeys(std::promise<Result<Loaded>> p) : promise(std::move(p)) {}
  void run(Transaction const& tx) override { loaded = {tx.accounts().list_keys(), tx.accounts().list()}; }
  void done(std::optional<Error> error) override {
    if (error)
      promise.set_value(fail(std::move(*error)));
    else
      promise.set_value(std::move(loaded));
  }
  std::promise<Result<Loaded>> promise;
  Loaded loaded;
};

}  // namespace

Allowance spend(Principal const& principal, Instant now) {
  auto const minute = static_cast<std::uint64_t>(now.seconds() / 60);
  auto& window = principal.use->window;
  auto seen = window.load(std::memory_order_relaxed);
  std::uint64_t next;
  do {
    // A clock that steps back a little stays in the window that was begun; one that was far ahead does not.
    auto const window_minute = seen >> 32;
    bool const goes_on = window_minute == minute || window_minute == minute + 1;
    next = goes_on ? seen + 1 : (minute << 32 | 1);
  } while (!window.compare_exchange_weak(seen, next, std::memory_order_relaxed));
  auto const used = static_cast<std::int64_t>(next & 0xFFFFFFFF);
  auto const limit = principal.rate_limit;
  return {used <= limit, limit, std::max<std::int64_t>(0, limit - used),
          (static_cast<std::int64_t>(next >> 32) + 1) * 60};
}

Result<std::shared_ptr<KeyDirectory::Snapshot const>> KeyDirectory::load(std::uint64_t generation) {
  std::promise<Result<LoadKeys::Loaded>> promise;
  auto future = promise.get_future();
  store_.read(ReadCost::bounded, std::make_unique<LoadKeys>(std::move(promise)));
  auto loaded = future.get();
  if (!loaded) return fail(std::move(loaded.error()));

  std::unordered_map<std::int64_t, AccountStatus> status;
  for (auto const& account : loaded->accounts) status[account.id.value] = account.status;
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->generation = generation;
  for (auto& key : loaded->keys) {
    if (key.revoked_at) continue;
    auto& use = uses_[key.id.value];
    if (!use) use = std::make_unique<KeyUse>(key.id);
    auto hash = key.token_hash;
    auto const account_status = status[key.account.value];
    snapshot->by_hash.emplace(std::move(hash), Entry{std::move(key), account_status, use.get()});
  }
  return std::shared_ptr<Snapshot const>(std::move(snapshot));
}

Result<KeyDirectory::Snapshot const*> KeyDirectory::current() {
  // Each thread keeps the snapshot it used last, so that the common case touches nothing shared but the
  // generation.
  struct Kept {
    std::uint64_t owner = 0;
    std::shared_ptr<Snapshot const> snapshot;
  };
  thread_local Kept kept;
  // Read before the keys are: a change in between leaves an older number, and the next look loads again.
  auto const generation = store_.keys_generation();
  if (kept.owner == serial_ && kept.snapshot && kept.snapshot->generation == generation)
    return kept.snapshot.get();
  std::lock_guard lock(mutex_);
  if (!latest_ || latest_->generation != generation) {
    auto loaded = load(generation);
    if (!loaded) return fail(std::move(loaded.error()));
    latest_ = std::move(*loaded);
  }
  kept = {serial_, latest_};
  return kept.snapshot.get();
}

Result<std::optional<Principal>> KeyDirectory::find(std::string_view token, Instant now) {
  auto snapshot = current();
  if (!snapshot) return fail(std::move(snapshot.error()));
  auto const mac = secrets_.mac(MacPurpose::token_hash, token);
  auto const found =
      (*snapshot)->by_hash.find(TokenHash(reinterpret_cast<char const*>(mac.data()), mac.size()));
  if (found == (*snapshot)->by_hash.end()) return std::nullopt;
  auto const& [key, account_status, use] = found->second;
  if (!is_usable(key, account_status, now)) return std::nullopt;
  use->last_used_ms.store(now.milliseconds, std::memory_order_relaxed);
  return Principal{key.account, key.scopes, key.rate_limit, use};
}

std::vector<std::pair<KeyId, Instant>> KeyDirectory::take_uses() {
  std::vector<std::pair<KeyId, Instant>> used;
  std::lock_guard lock(mutex_);
  for (auto const& [id, use] : uses_) {
    auto const last = use->last_used_ms.load(std::memory_order_relaxed);
    if (last != use->last_saved_ms.exchange(last, std::memory_order_relaxed))
      used.emplace_back(use->id, Instant{last});
  }
  return used;
}

}  // namespace linebook::http

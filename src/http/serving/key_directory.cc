#include "http/serving/key_directory.h"

#include <algorithm>

namespace linebook::http {
namespace {

using Clock = std::chrono::steady_clock;

KeyDirectory::Found nobody() { return std::optional<Principal>(); }

Error too_many_look_ups() {
  // Not 429, which tells of a key's own limit.
  return {ErrorCode::overloaded,
          "too many tokens that are not known here come in just now; wait a second, and check yours"};
}

}  // namespace

Allowance spend(Principal const& principal, Instant now) {
  return count_request(principal.use->window, principal.rate_limit, now);
}

// -- What is known ------------------------------------------------------------------------------------------

KeyDirectory::KeysOfThread& KeyDirectory::keys_of_this_thread() const {
  struct Mine {
    std::uint64_t owner = 0;
    KeysOfThread keys;
  };
  thread_local Mine mine;
  if (mine.owner != serial_) mine = {serial_, {}};
  return mine.keys;
}

std::optional<KeyDirectory::Found> KeyDirectory::find(Mac const& hash, Instant now) {
  if (store_.keys_generation() != caught_up_with_.load(std::memory_order_acquire)) {
    std::scoped_lock lock(mutex_);
    catch_up();
  }
  auto& mine = keys_of_this_thread();
  if (auto const found = mine.find(hash); found != mine.end()) {
    if (found->second->is_current.load(std::memory_order_acquire)) return standing(found->second, now);
    mine.erase(found);
  }
  std::shared_ptr<KnownKey> known;
  {
    std::scoped_lock lock(mutex_);
    known = known_.find(hash);
    if (!known) {
      if (!unknown_.remembers(hash, Clock::now())) return std::nullopt;
      return nobody();
    }
  }
  if (mine.size() >= max_of_thread) mine.clear();
  mine.emplace(hash, known);
  return standing(known, now);
}

/// Forgets what has changed since.
void KeyDirectory::catch_up() {
  // Read before the changes are: one in between is learnt twice rather than never.
  auto const generation = store_.keys_generation();
  auto const seen = caught_up_with_.load(std::memory_order_relaxed);
  if (generation == seen) return;
  known_.forget(store_.key_changes_since(seen));
  counters_.known.store(static_cast<std::int64_t>(known_.size()), std::memory_order_relaxed);
  caught_up_with_.store(generation, std::memory_order_release);
}

KeyDirectory::Found KeyDirectory::standing(std::shared_ptr<KnownKey> const& known, Instant now) {
  auto const& bearer = known->bearer;
  if (!is_usable(bearer, now)) return nobody();
  known->use->last_used_ms.store(now.milliseconds, std::memory_order_relaxed);
  if (!known->use->is_to_be_saved.load(std::memory_order_relaxed)) save_use_later(known->use);
  return Principal{bearer.key.account,    bearer.key.scopes,
                   bearer.key.rate_limit, bearer.account_rate_limit,
                   expiry_of(bearer),     known->use,
                   known->use_of_account, bearer.session ? std::optional(bearer.session->id) : std::nullopt};
}

// -- What is looked up --------------------------------------------------------------------------------------

class KeyDirectory::Job final : public ReadJob {
 public:
  Job(KeyDirectory& directory, Mac const& hash) : directory_(directory), hash_(hash) {}
  void run(Transaction const& tx) override {
    bearer_ = tx.accounts().find_bearer(TokenHash(reinterpret_cast<char const*>(hash_.data()), hash_.size()));
  }
  void done(std::optional<Error> error) override {
    if (error)
      directory_.answered(hash_, fail(std::move(*error)));
    else
      directory_.answered(hash_, std::move(bearer_));
  }

 private:
  KeyDirectory& directory_;
  Mac const hash_;
  std::optional<Bearer> bearer_;
};

void KeyDirectory::look_up(Mac const& hash, boost::asio::ip::address const& client, Instant now, Told told) {
  Waiter waiter{now, std::move(told)};
  if (queue(hash, client, waiter)) return ask_for_what_waits();
  counters_.look_ups_refused.fetch_add(1, std::memory_order_relaxed);
  waiter.told(fail(too_many_look_ups()));
}

/// Takes `waiter`; false: there are too many.
bool KeyDirectory::queue(Mac const& hash, boost::asio::ip::address const& client, Waiter& waiter) {
  std::scoped_lock lock(mutex_);
  auto look_up = look_ups_.find(hash);
  if (look_up == look_ups_.end()) {
    if (waiting_.size() >= max_waiting) return false;
    auto const now = Clock::now();
    auto const purse = unknown_.spend(hash, client, now);
    if (!purse) return false;
    look_up = look_ups_.emplace(hash, LookUp{client, *purse, now, {}}).first;
    waiting_.push_back(hash);
  }
  look_up->second.waiters.push_back(std::move(waiter));
  return true;
}

void KeyDirectory::ask_for_what_waits() {
  for (;;) {
    std::vector<Waiter> overdue;
    std::optional<Mac> next;
    {
      std::scoped_lock lock(mutex_);
      next = next_to_be_asked(overdue);
    }
    for (auto& waiter : overdue) waiter.told(fail(too_many_look_ups()));
    if (!next) return;
    store_.read(ReadCost::bounded, std::make_unique<Job>(*this, *next));
  }
}

std::optional<Mac> KeyDirectory::next_to_be_asked(std::vector<Waiter>& overdue) {
  while (looked_up_ < max_looked_up && !waiting_.empty()) {
    auto const hash = waiting_.front();
    waiting_.pop_front();
    auto const look_up = look_ups_.find(hash);
    if (Clock::now() - look_up->second.since <= patience) {
      catch_up();
      look_up->second.asked_at = caught_up_with_.load(std::memory_order_relaxed);
      ++look_up->second.tries;
      ++looked_up_;
      counters_.look_ups.fetch_add(1, std::memory_order_relaxed);
      return hash;
    }
    unknown_.give_back(look_up->second.purse, look_up->second.client);
    std::ranges::move(look_up->second.waiters, std::back_inserter(overdue));
    look_ups_.erase(look_up);
  }
  return std::nullopt;
}

void KeyDirectory::answered(Mac const& hash, Result<std::optional<Bearer>> const& answer) {
  LookUp look_up;
  std::shared_ptr<KnownKey> known;
  bool keeps_changing = false;
  {
    std::scoped_lock lock(mutex_);
    --looked_up_;
    auto const at = look_ups_.find(hash);
    bool const is_outdated = answer && *answer && has_changed_since(at->second, **answer);
    keeps_changing = is_outdated && at->second.tries == max_tries;
    if (is_outdated && !keeps_changing) {
      waiting_.push_front(hash);
    } else {
      look_up = std::move(at->second);
      look_ups_.erase(at);
      if (keeps_changing)
        unknown_.give_back(look_up.purse, look_up.client);
      else
        known = settle(hash, look_up, answer);
    }
  }
  for (auto& [now, told] : look_up.waiters) {
    if (keeps_changing)
      told(fail(ErrorCode::unavailable, "this key is being changed just now: wait a second"));
    else if (!answer)
      told(fail(answer.error()));
    else
      told(known ? standing(known, now) : nobody());
  }
  ask_for_what_waits();
}

/// What the store read may be from before a change that was acknowledged meanwhile.
bool KeyDirectory::has_changed_since(LookUp const& look_up, Bearer const& bearer) {
  return store_.keys_generation() != look_up.asked_at &&
         store_.key_changes_since(look_up.asked_at).names(bearer);
}

/// Remembers the outcome; the key, where there is one.
std::shared_ptr<KnownKey> KeyDirectory::settle(Mac const& hash, LookUp const& look_up,
                                               Result<std::optional<Bearer>> const& answer) {
  bool const is_nobodys = answer && !*answer;
  if (is_nobodys)
    unknown_.remember(hash, Clock::now());
  else
    unknown_.give_back(look_up.purse, look_up.client);
  if (!answer || is_nobodys) return nullptr;
  auto known = known_.remember(hash, **answer);
  counters_.known.store(static_cast<std::int64_t>(known_.size()), std::memory_order_relaxed);
  return known;
}

// -- What is to be saved ------------------------------------------------------------------------------------

void KeyDirectory::save_use_later(std::shared_ptr<KeyUse> const& use) {
  std::scoped_lock lock(uses_mutex_);
  if (uses_.size() >= max_uses || use->is_to_be_saved.exchange(true, std::memory_order_relaxed)) return;
  uses_.push_back(use);
}

std::vector<std::pair<KeyId, Instant>> KeyDirectory::take_uses() {
  std::vector<std::shared_ptr<KeyUse>> uses;
  {
    std::scoped_lock lock(uses_mutex_);
    uses.swap(uses_);
  }
  std::vector<std::pair<KeyId, Instant>> used;
  used.reserve(uses.size());
  for (auto const& use : uses) {
    use->is_to_be_saved.store(false, std::memory_order_relaxed);
    used.emplace_back(use->id, Instant{use->last_used_ms.load(std::memory_order_relaxed)});
  }
  return used;
}

}  // namespace linebook::http

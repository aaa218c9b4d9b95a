#include "delivery/ledger_follower.h"

#include <algorithm>
#include <utility>

#include "app/ports/blocking.h"

namespace linebook {

/// A follower's place. `news` is called under the mutex that leaving takes: not once it has left.
class LedgerFollower::Seat final : public Following {
 public:
  Seat(LedgerFollower& follower, AccountId account, std::shared_ptr<EventWindow> window)
      : follower_(follower), account_(account), window_(std::move(window)) {}
  ~Seat() override { follower_.leave(account_, *this); }
  Seat(Seat const&) = delete;
  EventWindow const& window() const override { return *window_; }

 private:
  LedgerFollower& follower_;
  AccountId const account_;
  std::shared_ptr<EventWindow> const window_;
};

LedgerFollower::LedgerFollower(Dependencies deps) : deps_(std::move(deps)) {
  thread_ = std::thread([this] { run(); });
  deps_.store.tell_of_growth(this);
}

LedgerFollower::~LedgerFollower() {
  deps_.store.tell_of_growth(nullptr);
  {
    std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  something_grew_.notify_one();
  thread_.join();
}

std::unique_ptr<Following> LedgerFollower::follow(AccountId account, std::int64_t after,
                                                  std::function<void()> news) {
  std::unique_lock lock(mutex_);
  auto& followed = followed_[account];
  if (!followed.window) {
    followed.window = std::make_shared<EventWindow>();
    followed.wanted_after = after;
  }
  auto seat = std::make_unique<Seat>(*this, account, followed.window);
  followed.news.emplace(seat.get(), std::move(news));
  if (followed.last >= 0) return seat;
  any_grew_ = true;
  lock.unlock();
  something_grew_.notify_one();
  return seat;
}

void LedgerFollower::leave(AccountId account, Seat& seat) {
  std::scoped_lock lock(mutex_);
  auto const followed = followed_.find(account);
  followed->second.news.erase(&seat);
  if (followed->second.news.empty()) followed_.erase(followed);
}

void LedgerFollower::ledgers_grew(std::span<AccountId const> accounts) {
  bool any = false;
  {
    std::scoped_lock lock(mutex_);
    for (auto const account : accounts) {
      auto const followed = followed_.find(account);
      if (followed != followed_.end()) any = followed->second.has_grown = true;
    }
    any_grew_ |= any;
  }
  if (any) something_grew_.notify_one();
}

void LedgerFollower::run() {
  auto next_look = std::chrono::steady_clock::now();
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      something_grew_.wait_until(lock, next_look, [this] { return stopping_ || any_grew_; });
      if (stopping_) return;
    }
    if (std::chrono::steady_clock::now() >= next_look) {
      next_look = std::chrono::steady_clock::now() + look_interval;
      ask_where_ledgers_end();
      deps_.store.rest();
    }
    auto const looks = take_grown();
    if (looks.empty()) continue;
    auto found = read(looks);
    if (found) {
      publish(looks, std::move(*found));
      continue;
    }
    deps_.log("the ledger could not be followed and is asked again: " + found.error().message);
    put_back(looks);
    std::unique_lock lock(mutex_);
    something_grew_.wait_for(lock, pause_after_failure, [this] { return stopping_; });
  }
}

std::vector<LedgerFollower::Look> LedgerFollower::take_grown() {
  std::scoped_lock lock(mutex_);
  std::vector<Look> looks;
  any_grew_ = false;
  for (auto& [account, followed] : followed_) {
    if (!followed.has_grown) continue;
    if (looks.size() == accounts_at_once) {
      any_grew_ = true;
      break;
    }
    followed.has_grown = false;
    looks.push_back({account, followed.last, followed.wanted_after, followed.window});
  }
  return looks;
}

Result<std::vector<LedgerFollower::Found>> LedgerFollower::read(std::vector<Look> const& looks) const {
  return read_and_wait(
      deps_.store,
      [&](Transaction const& tx) -> Result<std::vector<Found>> {
        std::vector<Found> all;
        for (auto const& look : looks) {
          auto& found = all.emplace_back();
          auto after = look.last;
          if (after < 0) {
            auto const head = tx.ledger().last_sequence(look.account);
            bool const is_near = look.wanted_after <= head && head - look.wanted_after <= entries_at_once;
            after = found.begins_behind = is_near ? look.wanted_after : head;
          }
          auto const entries = tx.ledger().following(look.account, after, entries_at_once);
          found.has_more = std::ssize(entries) == entries_at_once;
          if (entries.empty()) continue;
          auto const account = tx.accounts().find(look.account);
          found.events.reserve(entries.size());
          for (auto const& entry : entries)
            found.events.push_back(
                deps_.renderer.render(tx, look.account, account ? account->name : "", entry));
        }
        return all;
      },
      ReadCost::bounded);
}

void LedgerFollower::publish(std::vector<Look> const& looks, std::vector<Found> all) {
  std::scoped_lock lock(mutex_);
  for (std::size_t i = 0; i < looks.size(); ++i) {
    auto const at = followed_.find(looks[i].account);
    // Whoever followed may have left, and somebody else have come since.
    if (at == followed_.end() || at->second.window != looks[i].window) continue;
    auto& followed = at->second;
    auto& found = all[i];
    if (found.begins_behind >= 0) {
      followed.window->begin_behind(found.begins_behind);
      followed.last = found.begins_behind;
    }
    if (found.has_more) followed.has_grown = any_grew_ = true;
    if (found.events.empty() && found.begins_behind < 0) continue;
    deps_.counters.entries_followed.fetch_add(found.events.size(), std::memory_order_relaxed);
    if (!found.events.empty()) followed.last = found.events.back().sequence;
    followed.window->append(std::move(found.events), window_bytes());
    for (auto const& [_, news] : followed.news) news();
  }
}

/// Under the mutex.
std::size_t LedgerFollower::window_bytes() const {
  return std::clamp(bytes_of_windows / followed_.size(), least_window_bytes, EventWindow::max_bytes);
}

void LedgerFollower::put_back(std::vector<Look> const& looks) {
  std::scoped_lock lock(mutex_);
  for (auto const& look : looks)
    if (auto const at = followed_.find(look.account); at != followed_.end())
      at->second.has_grown = any_grew_ = true;
}

void LedgerFollower::ask_where_ledgers_end() {
  std::vector<AccountId> accounts;
  {
    std::scoped_lock lock(mutex_);
    for (auto const& [account, followed] : followed_)
      if (followed.last >= 0 && !followed.has_grown) accounts.push_back(account);
  }
  if (accounts.empty()) return;
  auto const heads = read_and_wait(
      deps_.store,
      [&](Transaction const& tx) -> Result<std::vector<std::int64_t>> { return tx.ledger().heads(accounts); },
      ReadCost::bounded);
  if (!heads) return;  // asked again soon
  std::scoped_lock lock(mutex_);
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    auto const at = followed_.find(accounts[i]);
    if (at != followed_.end() && at->second.last < (*heads)[i]) at->second.has_grown = any_grew_ = true;
  }
}

}  // namespace linebook

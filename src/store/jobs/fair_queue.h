// What waits for a store's thread, account by account, so that one account's many do not make another's few
// wait: accounts take turns, one job each, and each account's jobs keep their order. Under its owner's mutex.
//
// Where it is full, whoever waits with most gives a place up (after the longest-queue drop of McKenney's
// "Stochastic Fairness Queueing", 1990), so that nobody can fill it for the others.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/id.h"

namespace linebook {

template <class Job>
class FairQueue {
 public:
  using Clock = std::chrono::steady_clock;
  /// How long an account that had something to do is reckoned with.
  static constexpr std::chrono::seconds remembered{1};
  static constexpr std::size_t max_idle_accounts = 1024;  // whose place is kept for their next job

  explicit FairQueue(std::size_t bound) : bound_(bound) {}

  /// Takes `job` in. Answers the job that has no place for it: the newest of the account with most, which may
  /// be this very one.
  std::optional<Job> put(AccountId account, Job job, Clock::time_point now = Clock::now()) {
    auto& mine = accounts_[account.value];
    look_at_clock(now);
    mine.is_own = account == AccountId{};
    count_active(mine);
    std::optional<Job> displaced;
    if (size_ == bound_) {
      auto& longest = longest_queue();
      if (mine.jobs.size() + 1 >= longest.jobs.size()) return job;
      displaced = std::move(longest.jobs.back());
      longest.jobs.pop_back();  // there are others, so that it keeps its turn
      --size_;
    }
    if (mine.jobs.empty()) turns_.push_back(&mine);
    mine.jobs.push_back(std::move(job));
    ++size_;
    return displaced;
  }

  /// The next ones. Where more than one account was here lately, no more than `share` of each: who comes
  /// while these are worked off does not wait for a whole batch of somebody else's.
  std::vector<Job> take(std::size_t at_most, std::size_t share, Clock::time_point now = Clock::now()) {
    ++takes_;
    look_at_clock(now);
    auto const of_each = std::max(active_, active_before_) > 1 ? share : at_most;
    std::vector<Job> taken;
    taken.reserve(std::min(at_most, size_));
    std::size_t passed_over = 0;  // in a row, who has had its share
    while (taken.size() < at_most && passed_over < turns_.size()) {
      auto& next = *turns_.front();
      turns_.pop_front();
      if (std::exchange(next.take, takes_) != takes_) next.taken = 0;
      if (next.taken < of_each) {
        taken.push_back(std::move(next.jobs.front()));
        next.jobs.pop_front();
        ++next.taken;
        passed_over = 0;
      } else {
        ++passed_over;
      }
      if (!next.jobs.empty()) turns_.push_back(&next);
    }
    size_ -= taken.size();
    forget_idle();
    return taken;
  }

  /// Those at the front of each account's that `is_due`.
  template <class Predicate>
  std::vector<Job> take_due(Predicate is_due) {
    std::vector<Job> taken;
    for (auto* const waiting : turns_)
      while (!waiting->jobs.empty() && is_due(std::as_const(waiting->jobs.front()))) {
        taken.push_back(std::move(waiting->jobs.front()));
        waiting->jobs.pop_front();
      }
    std::erase_if(turns_, [](Waiting const* waiting) { return waiting->jobs.empty(); });
    size_ -= taken.size();
    return taken;
  }

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

 private:
  struct Waiting {
    std::deque<Job> jobs;
    bool is_own = false;       // the service's, which is no company: there is always some of it
    std::uint64_t take = 0;    // the last one that it had a turn in
    std::size_t taken = 0;     // how many, then
    std::uint64_t period = 0;  // the last one in which it had something to do
  };

  void look_at_clock(Clock::time_point now) {
    if (now - period_began_ < remembered) return;
    active_before_ = now - period_began_ < 2 * remembered ? active_ : 0;
    active_ = 0;
    period_began_ = now;
    ++period_;
    for (auto* const waiting : turns_) count_active(*waiting);
  }
  void count_active(Waiting& account) {
    if (account.is_own) return;
    if (std::exchange(account.period, period_) != period_) ++active_;
  }
  Waiting& longest_queue() const {
    return **std::ranges::max_element(turns_, {},
                                      [](Waiting const* waiting) { return waiting->jobs.size(); });
  }
  void forget_idle() {
    if (accounts_.size() <= max_idle_accounts + turns_.size()) return;
    std::erase_if(accounts_, [](auto const& entry) { return entry.second.jobs.empty(); });
  }

  std::size_t const bound_;
  std::size_t size_ = 0;
  std::unordered_map<std::int64_t, Waiting> accounts_;  // its elements stay where they are
  std::deque<Waiting*> turns_;                          // of those with jobs
  std::uint64_t takes_ = 0;
  std::uint64_t period_ = 1;
  Clock::time_point period_began_{};
  std::size_t active_ = 0;         // accounts, in this period
  std::size_t active_before_ = 0;  // in the one before
};

}  // namespace linebook

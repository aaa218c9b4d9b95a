#include "http/serving/account_allowances.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace linebook::http {
namespace {

/// A clock that steps back a little stays in the minute that was begun; one that was far ahead does not.
bool goes_on(std::int64_t begun, std::int64_t minute) { return begun == minute || begun == minute + 1; }

std::int64_t end_of(std::int64_t minute) { return (minute + 1) * 60; }

/// Under the use's mutex.
Allowance allowance_of(AccountUse const& use, std::int64_t limit, bool granted) {
  auto const of_all = std::max<std::int64_t>(0, limit - use.taken_by_all);
  return {granted, limit, use.left + of_all, end_of(use.minute)};
}

std::int64_t part_of(std::int64_t limit) {
  return std::max<std::int64_t>(1, limit / AccountAllowances::parts_of_minute);
}

}  // namespace

Allowance count_request(std::atomic<std::uint64_t>& window, std::int64_t limit, Instant now) {
  auto const minute = now.seconds() / 60;
  auto seen = window.load(std::memory_order_relaxed);
  std::uint64_t next;
  do {
    next = goes_on(static_cast<std::int64_t>(seen >> 32), minute)
               ? seen + 1
               : static_cast<std::uint64_t>(minute) << 32 | 1;
  } while (!window.compare_exchange_weak(seen, next, std::memory_order_relaxed));
  auto const used = static_cast<std::int64_t>(next & 0xFFFFFFFF);
  return {used <= limit, limit, std::max<std::int64_t>(0, limit - used),
          end_of(static_cast<std::int64_t>(next >> 32))};
}

class AccountAllowances::Taking final : public WriteJob {
 public:
  Taking(AccountAllowances& allowances, std::shared_ptr<AccountUse> use, std::int64_t minute,
         std::int64_t limit, std::int64_t requests)
      : allowances_(allowances), use_(std::move(use)), minute_(minute), limit_(limit), requests_(requests) {}
  void run(Transaction& tx) override { by_all_ = tx.accounts().take_requests(use_->id, minute_, requests_); }
  void done(std::optional<Error> error) override {
    if (error) by_all_ = fail(std::move(*error));
    allowances_.taken(use_, minute_, limit_, requests_, by_all_);
  }

 private:
  AccountAllowances& allowances_;
  std::shared_ptr<AccountUse> const use_;
  std::int64_t const minute_, limit_, requests_;
  Result<std::int64_t> by_all_ = 0;
};

std::optional<Allowance> AccountAllowances::spend(std::shared_ptr<AccountUse> const& use, std::int64_t limit,
                                                  Instant now,
                                                  std::move_only_function<AccountUse::Told()> wait) {
  if (nodes_ == Nodes::alone) return count_request(use->window, limit, now);
  std::optional<Allowance> allowance;
  std::int64_t to_take = 0, minute = 0;
  {
    std::scoped_lock lock(use->mutex);
    if (auto const of_now = now.seconds() / 60; !goes_on(use->minute, of_now)) {
      use->minute = of_now;
      use->left = use->taken_by_all = 0;
      use->is_used_up = false;
    }
    minute = use->minute;
    if (std::exchange(use->limit, limit) < limit) use->is_used_up = false;  // it was raised
    if (use->left > 0) {
      --use->left;
      allowance = allowance_of(*use, limit, true);
    } else if (use->is_used_up) {
      allowance = allowance_of(*use, limit, false);
    } else if (use->waiting.size() >= max_waiting) {
      allowance = allowance_of(*use, limit, true);
    } else {
      use->waiting.push_back(wait());
    }
    if (!use->is_used_up && !use->is_taking && use->left <= part_of(limit) / 2) {
      use->is_taking = true;
      to_take = part_of(limit);
    }
  }
  if (to_take > 0) take(use, minute, limit, to_take);
  return allowance;
}

void AccountAllowances::take(std::shared_ptr<AccountUse> const& use, std::int64_t minute, std::int64_t limit,
                             std::int64_t requests) {
  store_.write(std::make_unique<Taking>(*this, use, minute, limit, requests));
}

void AccountAllowances::taken(std::shared_ptr<AccountUse> const& use, std::int64_t minute, std::int64_t limit,
                              std::int64_t requests, Result<std::int64_t> const& by_all) {
  std::vector<std::pair<AccountUse::Told, Allowance>> to_be_told;
  std::int64_t to_take = 0;
  {
    std::scoped_lock lock(use->mutex);
    bool const is_of_now = use->minute == minute;
    if (by_all && is_of_now) {
      auto const got = std::clamp<std::int64_t>(limit - (*by_all - requests), 0, requests);
      use->left += got;
      use->taken_by_all = *by_all;
      use->is_used_up = got < requests;
    }
    while (!use->waiting.empty()) {
      bool const granted = use->left > 0 || !by_all;
      if (!granted && !use->is_used_up) break;
      if (use->left > 0) --use->left;
      to_be_told.emplace_back(std::move(use->waiting.front()), allowance_of(*use, limit, granted));
      use->waiting.pop_front();
    }
    if (!use->waiting.empty()) {
      minute = use->minute;
      to_take = std::max(part_of(limit), static_cast<std::int64_t>(use->waiting.size()));
    } else {
      use->is_taking = false;
    }
  }
  if (to_take > 0) take(use, minute, limit, to_take);
  for (auto& [told, allowance] : to_be_told) told(allowance);
}

}  // namespace linebook::http

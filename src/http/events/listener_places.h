// How many listeners an account may have on this node: their connections stay, and others need some, too.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "base/id.h"
#include "base/result.h"

namespace linebook::http {

/// Outlives every place that it has given. Any thread.
class ListenerPlaces {
 public:
  /// When somebody who was refused may try again: streams stay for long.
  static constexpr int retry_after_seconds = 10;

  /// One listener's, until it is gone.
  class Place {
   public:
    Place(ListenerPlaces& places, AccountId account) : places_(&places), account_(account) {}
    Place(Place&& other) noexcept
        : places_(std::exchange(other.places_, nullptr)), account_(other.account_) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (places_ != nullptr) places_->give_back(account_);
    }

   private:
    ListenerPlaces* places_;
    AccountId account_;
  };

  explicit ListenerPlaces(std::size_t most_of_account) : most_of_account_(most_of_account) {}

  /// too_many_requests where the account has all of its own.
  Result<Place> take(AccountId account) {
    std::scoped_lock lock(mutex_);
    auto& taken = taken_[account];
    if (taken < most_of_account_) {
      ++taken;
      return Place(*this, account);
    }
    return std::unexpected(Error{ErrorCode::too_many_requests,
                                 "this account has " + std::to_string(taken) +
                                     " streams and long polls already, as many as it may on one node; end "
                                     "some that are not needed",
                                 {},
                                 retry_after_seconds});
  }

 private:
  void give_back(AccountId account) {
    std::scoped_lock lock(mutex_);
    auto const taken = taken_.find(account);
    if (--taken->second == 0) taken_.erase(taken);
  }

  std::size_t const most_of_account_;
  std::mutex mutex_;
  std::map<AccountId, std::size_t> taken_;
};

}  // namespace linebook::http

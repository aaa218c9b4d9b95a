// How often somebody may try to sign in. Any thread.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <mutex>

#include "base/result.h"
#include "http/serving/unknown_tokens.h"

namespace linebook::http {

class SignInAttempts {
 public:
  using Clock = Budget::Clock;
  /// Attempts that fail, of one network and of all together; those that succeed are given back.
  static constexpr Budget::Bounds failures_of_network{.at_once = 10, .per_second = 1.0 / 6};
  static constexpr Budget::Bounds failures_of_node{.at_once = 200, .per_second = 20};
  /// Whatever comes of them: each that succeeds leaves a row.
  static constexpr Budget::Bounds attempts_of_network{.at_once = 120, .per_second = 2};

  /// too_many_requests, with the time to wait, where `client` has tried too often.
  Result<void> begin(boost::asio::ip::address const& client, Clock::time_point now);
  void succeeded(boost::asio::ip::address const& client);

 private:
  std::mutex mutex_;
  NetworkBudgets failures_;
  NetworkBudgets attempts_;
  Budget failures_of_all_;
};

}  // namespace linebook::http

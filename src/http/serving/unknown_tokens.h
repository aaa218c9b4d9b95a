// What tokens that are nobody's may cost: each is remembered for a moment, and only so many a second are
// looked up, of one network and of all together. One thread at a time.
#pragma once

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include "http/serving/known_keys.h"

namespace linebook::http {

/// So many at once, and as many more as come in with time.
class Budget {
 public:
  using Clock = std::chrono::steady_clock;
  struct Bounds {
    double at_once;
    double per_second;
  };

  bool take(Bounds const&, Clock::time_point now);
  void give_back() { spent_ = std::max(0.0, spent_ - 1); }

 private:
  double spent_ = 0;
  Clock::time_point since_{};
};

/// A budget for each network (an IPv4 address, an IPv6 /64). Those that share one by chance share its budget.
class NetworkBudgets {
 public:
  static constexpr std::size_t max_budgets = 1024;

  NetworkBudgets();
  Budget& of(boost::asio::ip::address const&);

 private:
  std::uint64_t const salt_;  // so that nobody can choose whom to share with
  std::array<Budget, max_budgets> budgets_;
};

class UnknownTokens {
 public:
  using Clock = Budget::Clock;
  static constexpr std::size_t max_remembered = 4096;
  static constexpr std::chrono::seconds remembered_for{5};
  /// Look-ups that find nobody; those that find somebody cost nothing.
  static constexpr Budget::Bounds of_network{.at_once = 100, .per_second = 20};
  static constexpr Budget::Bounds of_node{.at_once = 1000, .per_second = 500};
  /// For tokens that were turned away and came again, as they were asked to: whoever makes tokens up does not
  /// wait for them, so that a good one is not starved.
  static constexpr Budget::Bounds of_returning{.at_once = 100, .per_second = 100};
  static constexpr std::chrono::milliseconds soonest_return{500};
  static constexpr std::chrono::seconds latest_return{60};
  static constexpr std::size_t turned_away_kept = 65'536;

  UnknownTokens();

  bool remembers(Mac const&, Clock::time_point now);
  void remember(Mac const&, Clock::time_point now);

  /// What a look-up is paid from.
  enum class Purse { network, returning };
  /// Pays for a look-up on behalf of `client`; nothing: it is turned away.
  std::optional<Purse> spend(Mac const&, boost::asio::ip::address const& client, Clock::time_point now);
  /// It was nobody's fault.
  void give_back(Purse, boost::asio::ip::address const& client);

 private:
  bool comes_again(Mac const&, Clock::time_point now);

  Budget all_;
  Budget returning_;
  NetworkBudgets networks_;
  std::vector<std::pair<std::uint64_t, Clock::time_point>> turned_away_;  // tokens, by some of their bytes
  std::unordered_set<Mac, HashOfMac> remembered_;
  std::deque<std::pair<Clock::time_point, Mac>> by_age_;
};

}  // namespace linebook::http

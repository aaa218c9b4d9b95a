#include "http/serving/unknown_tokens.h"

#include <xxhash.h>

#include <random>

namespace linebook::http {
namespace {

constexpr std::size_t ipv6_network_bytes = 8;  // the /64 that one subscriber has at least

std::uint64_t random_salt() {
  std::random_device random;
  return std::uint64_t{random()} << 32 | random();
}

}  // namespace

bool Budget::take(Bounds const& bounds, Clock::time_point now) {
  std::chrono::duration<double> const passed = now - since_;
  spent_ = std::max(0.0, spent_ - std::max(0.0, passed.count()) * bounds.per_second);
  since_ = now;
  if (spent_ + 1 > bounds.at_once) return false;
  spent_ += 1;
  return true;
}

NetworkBudgets::NetworkBudgets() : salt_(random_salt()) {}

Budget& NetworkBudgets::of(boost::asio::ip::address const& client) {
  std::array<unsigned char, ipv6_network_bytes> network{};
  if (client.is_v4())
    std::ranges::copy(client.to_v4().to_bytes(), network.begin());
  else
    std::ranges::copy_n(client.to_v6().to_bytes().begin(), ipv6_network_bytes, network.begin());
  return budgets_[XXH3_64bits_withSeed(network.data(), network.size(), salt_) % max_budgets];
}

UnknownTokens::UnknownTokens() : turned_away_(turned_away_kept) {}

bool UnknownTokens::remembers(Mac const& hash, Clock::time_point now) {
  while (!by_age_.empty() && now - by_age_.front().first > remembered_for) {
    remembered_.erase(by_age_.front().second);
    by_age_.pop_front();
  }
  return remembered_.contains(hash);
}

void UnknownTokens::remember(Mac const& hash, Clock::time_point now) {
  if (!remembered_.insert(hash).second) return;
  by_age_.emplace_back(now, hash);
  if (by_age_.size() <= max_remembered) return;
  remembered_.erase(by_age_.front().second);
  by_age_.pop_front();
}

/// Whether it was turned away a while ago. Notes that it is here now.
bool UnknownTokens::comes_again(Mac const& hash, Clock::time_point now) {
  auto const token = HashOfMac()(hash);
  auto& [noted, since] = turned_away_[token % turned_away_kept];
  bool const is_same = noted == token && now - since < latest_return;
  if (is_same && now - since < soonest_return) return false;
  noted = token;
  since = now;
  return is_same;
}

std::optional<UnknownTokens::Purse> UnknownTokens::spend(Mac const& hash,
                                                         boost::asio::ip::address const& client,
                                                         Clock::time_point now) {
  auto& own = networks_.of(client);
  if (own.take(of_network, now)) {
    if (all_.take(of_node, now)) return Purse::network;
    own.give_back();
  }
  if (comes_again(hash, now) && returning_.take(of_returning, now)) return Purse::returning;
  return std::nullopt;
}

void UnknownTokens::give_back(Purse purse, boost::asio::ip::address const& client) {
  if (purse == Purse::returning) return returning_.give_back();
  networks_.of(client).give_back();
  all_.give_back();
}

}  // namespace linebook::http

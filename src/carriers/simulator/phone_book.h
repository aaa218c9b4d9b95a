// The simulated phones: how each behaves, and what came to it. An account sees its own alone: the same number
// is another phone to each.
#pragma once

#include <list>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "app/ports/simulated_phones.h"

namespace linebook::simulator {

/// Beyond either, the phone that nothing came to for longest goes.
inline constexpr std::size_t max_phones = 10'000;
inline constexpr std::size_t max_items_in_all = 50'000;

/// Any thread.
class PhoneBook {
 public:
  PhoneBehaviour behaviour(AccountId, E164 const&) const;
  SimulatedPhone look_at(AccountId, E164 const&) const;
  /// Those of the account, the latest first.
  std::vector<SimulatedPhone> all(AccountId, std::size_t limit) const;

  void behave(AccountId, E164 const&, PhoneBehaviour const&);
  void add(AccountId, E164 const&, PhoneItem);

 private:
  struct Phone {
    AccountId account;
    SimulatedPhone seen;
  };
  using Phones = std::list<Phone>;  // the latest first

  Phone& latest(AccountId, E164 const&);
  void make_room();

  mutable std::mutex mutex_;
  Phones phones_;
  std::map<std::pair<AccountId, E164>, Phones::iterator> by_number_;
  std::size_t items_ = 0;
};

}  // namespace linebook::simulator

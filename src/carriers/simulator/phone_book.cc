#include "carriers/simulator/phone_book.h"

namespace linebook::simulator {

PhoneBehaviour PhoneBook::behaviour(AccountId account, E164 const& number) const {
  return look_at(account, number).behaviour;
}

SimulatedPhone PhoneBook::look_at(AccountId account, E164 const& number) const {
  std::lock_guard lock(mutex_);
  auto const at = by_number_.find({account, number});
  return at == by_number_.end() ? SimulatedPhone{.number = number} : at->second->seen;
}

std::vector<SimulatedPhone> PhoneBook::all(AccountId account, std::size_t limit) const {
  std::lock_guard lock(mutex_);
  std::vector<SimulatedPhone> found;
  for (auto const& phone : phones_) {
    if (found.size() == limit) break;
    if (phone.account == account) found.push_back(phone.seen);
  }
  return found;
}

void PhoneBook::behave(AccountId account, E164 const& number, PhoneBehaviour const& behaviour) {
  std::lock_guard lock(mutex_);
  latest(account, number).seen.behaviour = behaviour;
  make_room();
}

void PhoneBook::add(AccountId account, E164 const& number, PhoneItem item) {
  std::lock_guard lock(mutex_);
  auto& inbox = latest(account, number).seen.inbox;
  inbox.insert(inbox.begin(), std::move(item));
  ++items_;
  if (inbox.size() > max_inbox) {
    inbox.pop_back();
    --items_;
  }
  make_room();
}

PhoneBook::Phone& PhoneBook::latest(AccountId account, E164 const& number) {
  auto const at = by_number_.find({account, number});
  if (at != by_number_.end()) {
    phones_.splice(phones_.begin(), phones_, at->second);
    return phones_.front();
  }
  phones_.push_front({account, {.number = number}});
  by_number_.emplace(std::pair(account, number), phones_.begin());
  return phones_.front();
}

void PhoneBook::make_room() {
  while (phones_.size() > max_phones || items_ > max_items_in_all) {
    auto const& oldest = phones_.back();
    items_ -= oldest.seen.inbox.size();
    by_number_.erase({oldest.account, oldest.seen.number});
    phones_.pop_back();
  }
}

}  // namespace linebook::simulator

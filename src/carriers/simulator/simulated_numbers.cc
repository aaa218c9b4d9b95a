#include "carriers/simulator/simulated_numbers.h"

namespace linebook::simulator {
namespace {

constexpr std::size_t max_found = 20;

std::unexpected<CarrierError> no_such_number() {
  return std::unexpected(CarrierError{CarrierFault::not_found, 20404, "The requested number was not found"});
}

bool fits(E164 const& number, NumberSearch const& wish) {
  return !wish.area_code || number.view().starts_with("+1" + *wish.area_code);
}

}  // namespace

void SimulatedNumbers::offer(E164 const& number) {
  std::lock_guard lock(mutex_);
  stock_.insert(number);
}

std::string SimulatedNumbers::own(std::string const& account_sid, E164 const& number, VoiceSettings voice) {
  auto sid = world_.next_sid("PN");
  std::lock_guard lock(mutex_);
  held_.emplace(sid, Held{account_sid, CarrierNumber{sid, number, {"voice", "sms"}, std::move(voice)}});
  return sid;
}

std::vector<CarrierNumber> SimulatedNumbers::owned() const {
  std::lock_guard lock(mutex_);
  std::vector<CarrierNumber> all;
  for (auto const& [sid, held] : held_) all.push_back(held.number);
  return all;
}

std::map<E164, int> SimulatedNumbers::sold() const {
  std::lock_guard lock(mutex_);
  return sold_;
}

std::set<E164> SimulatedNumbers::offered() const {
  std::lock_guard lock(mutex_);
  return stock_;
}

void SimulatedNumbers::forget_everything() {
  std::lock_guard lock(mutex_);
  stock_.clear();
  sold_.clear();
  held_.clear();
}

CarrierResult<std::optional<CarrierNumber>> SimulatedNumbers::find(std::string const& account_sid,
                                                                   E164 const& number) const {
  std::lock_guard lock(mutex_);
  for (auto const& [sid, held] : held_)
    if (held.account_sid == account_sid && held.number.number == number) return held.number;
  return std::nullopt;
}

CarrierResult<CarrierNumber> SimulatedNumbers::get(std::string const& account_sid,
                                                   std::string const& sid) const {
  std::lock_guard lock(mutex_);
  auto const at = held_.find(sid);
  if (at == held_.end() || at->second.account_sid != account_sid) return no_such_number();
  return at->second.number;
}

CarrierResult<std::vector<E164>> SimulatedNumbers::search(NumberSearch const& wish) const {
  std::lock_guard lock(mutex_);
  std::vector<E164> found;
  for (auto const& number : stock_)
    if (fits(number, wish) && found.size() < max_found) found.push_back(number);
  return found;
}

CarrierResult<CarrierNumber> SimulatedNumbers::buy(std::string const& account_sid, E164 const& number) {
  {
    std::lock_guard lock(mutex_);
    if (stock_.erase(number) == 0)
      return std::unexpected(CarrierError{CarrierFault::refused, 21422, number.str() + " is not available"});
    ++sold_[number];
  }
  return get(account_sid, own(account_sid, number));
}

void SimulatedNumbers::snatch(E164 const& number) {
  std::lock_guard lock(mutex_);
  stock_.erase(number);
}

CarrierResult<CarrierNumber> SimulatedNumbers::set_voice(std::string const& account_sid,
                                                         std::string const& sid, VoiceSettings const& voice) {
  std::lock_guard lock(mutex_);
  auto const at = held_.find(sid);
  if (at == held_.end() || at->second.account_sid != account_sid) return no_such_number();
  at->second.number.voice = voice;
  return at->second.number;
}

CarrierResult<void> SimulatedNumbers::release(std::string const& account_sid, std::string const& sid) {
  std::lock_guard lock(mutex_);
  auto const at = held_.find(sid);
  if (at == held_.end() || at->second.account_sid != account_sid) return no_such_number();
  held_.erase(at);
  return {};
}

}  // namespace linebook::simulator

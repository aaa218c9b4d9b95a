// A carrier in memory that keeps what it was told, counts what it sold, and fails as carriers do: answers are
// lost after the deed, requests are turned away, a purchase comes about long after its caller gave up, and
// others are quicker. Driven by the test's clock and its own source of chance.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/ports/carrier.h"
#include "base/instant.h"
#include "fakes/random.h"

namespace linebook::fakes {

class SimulatedCarrier final : public Carrier {
 public:
  SimulatedCarrier(Random& random, Instant& now) : random_(random), now_(now) {}

  bool faulty = true;
  std::set<E164> stock;
  std::map<E164, int> sold;
  std::map<std::string, CarrierNumber> owned;  // by sid

  void begin_anew() {
    faulty = true;
    stock.clear();
    sold.clear();
    owned.clear();
    late_.clear();
  }
  std::string own(E164 const& number, VoiceSettings voice = {}) {
    auto const sid = "PN" + std::to_string(++sids_);
    owned.insert_or_assign(sid, CarrierNumber{sid, number, {"voice"}, std::move(voice)});
    return sid;
  }
  CarrierNumber const* find(E164 const& number) const {
    for (auto const& [sid, held] : owned)
      if (held.number == number) return &held;
    return nullptr;
  }
  /// What is on its way comes about.
  void catch_up() {
    std::erase_if(late_, [this](auto const& purchase) {
      if (purchase.first > now_) return false;
      sell(purchase.second);
      return true;
    });
  }
  bool has_late() const { return !late_.empty(); }

  CarrierResult<std::optional<CarrierNumber>> find_owned(CarrierCredentials const&,
                                                         E164 const& number) override {
    if (auto error = fault()) return std::unexpected(*error);
    auto const* held = find(number);
    return held != nullptr ? std::optional(*held) : std::nullopt;
  }
  CarrierResult<CarrierNumber> get(CarrierCredentials const&, std::string_view sid) override {
    if (auto error = fault()) return std::unexpected(*error);
    return held(sid);
  }
  CarrierResult<std::vector<E164>> search(CarrierCredentials const&, NumberSearch const&) override {
    if (auto error = fault()) return std::unexpected(*error);
    return std::vector<E164>(stock.begin(), stock.end());
  }
  CarrierResult<CarrierNumber> buy(CarrierCredentials const&, E164 const& number, std::string_view) override {
    if (auto error = fault()) return std::unexpected(*error);
    if (faulty && chance(10)) {  // somebody is quicker
      stock.erase(number);
    } else if (faulty && chance(10)) {
      late_.emplace_back(now_ + std::chrono::seconds(1 + random_.below(20)), number);
      now_ = now_ + carrier_timeout;
      return std::unexpected(CarrierError{CarrierFault::timeout, 0, "late"});
    }
    if (!stock.contains(number))
      return std::unexpected(CarrierError{CarrierFault::refused, 21422, "not available"});
    auto const sid = sell(number);
    return answered(owned.at(sid));
  }
  CarrierResult<CarrierNumber> set_voice(CarrierCredentials const&, std::string_view sid,
                                         VoiceSettings const& voice) override {
    if (auto error = fault()) return std::unexpected(*error);
    auto const at = owned.find(std::string(sid));
    if (at == owned.end()) return gone();
    at->second.voice = voice;
    return answered(at->second);
  }
  CarrierResult<void> release(CarrierCredentials const&, std::string_view sid) override {
    if (auto error = fault()) return std::unexpected(*error);
    if (owned.erase(std::string(sid)) == 0) return gone();
    if (faulty && chance(8)) return std::unexpected(lost());
    return {};
  }

 private:
  bool chance(unsigned percent) { return random_.below(100) < percent; }
  CarrierError lost() { return {chance(50) ? CarrierFault::timeout : CarrierFault::broken, 0, "lost"}; }
  static std::unexpected<CarrierError> gone() {
    return std::unexpected(CarrierError{CarrierFault::not_found, 20404, "not found"});
  }
  std::optional<CarrierError> fault() {
    catch_up();
    if (!faulty || !chance(15)) return std::nullopt;
    static constexpr CarrierFault kinds[] = {CarrierFault::busy, CarrierFault::unreachable,
                                             CarrierFault::broken, CarrierFault::timeout};
    return CarrierError{kinds[random_.below(4)], 0, "not done"};
  }
  CarrierResult<CarrierNumber> answered(CarrierNumber const& number) {
    if (faulty && chance(12)) return std::unexpected(lost());
    return number;
  }
  CarrierResult<CarrierNumber> held(std::string_view sid) {
    auto const at = owned.find(std::string(sid));
    if (at == owned.end()) return gone();
    return answered(at->second);
  }
  std::string sell(E164 const& number) {
    if (stock.erase(number) == 0) return {};
    ++sold[number];
    return own(number);
  }

  Random& random_;
  Instant& now_;
  std::vector<std::pair<Instant, E164>> late_;
  int sids_ = 0;
};

}  // namespace linebook::fakes

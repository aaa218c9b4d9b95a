// Numbers at the simulator: those for sale, and those that its accounts hold.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "app/ports/carrier.h"
#include "carriers/simulator/world.h"

namespace linebook::simulator {

/// Any thread.
class SimulatedNumbers {
 public:
  explicit SimulatedNumbers(World& world) : world_(world) {}

  // What tests prepare and look at.
  void offer(E164 const&);
  std::string own(std::string const& account_sid, E164 const&, VoiceSettings = {});
  std::vector<CarrierNumber> owned() const;
  std::map<E164, int> sold() const;
  std::set<E164> offered() const;
  void forget_everything();

  // What the carrier is asked.
  CarrierResult<std::optional<CarrierNumber>> find(std::string const& account_sid, E164 const&) const;
  CarrierResult<CarrierNumber> get(std::string const& account_sid, std::string const& sid) const;
  CarrierResult<std::vector<E164>> search(NumberSearch const&) const;
  CarrierResult<CarrierNumber> buy(std::string const& account_sid, E164 const&);
  /// Somebody else does.
  void snatch(E164 const&);
  CarrierResult<CarrierNumber> set_voice(std::string const& account_sid, std::string const& sid,
                                         VoiceSettings const&);
  CarrierResult<void> release(std::string const& account_sid, std::string const& sid);

 private:
  struct Held {
    std::string account_sid;
    CarrierNumber number;
  };

  World& world_;
  mutable std::mutex mutex_;
  std::set<E164> stock_;
  std::map<E164, int> sold_;
  std::map<std::string, Held> held_;  // by sid
};

}  // namespace linebook::simulator

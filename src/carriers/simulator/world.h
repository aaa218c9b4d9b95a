// What all parts of the simulator share: time, what goes wrong, the phones, and whom everything is told to.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>

#include "app/ports/carrier_listener.h"
#include "carriers/simulator/agenda.h"
#include "carriers/simulator/faults.h"
#include "carriers/simulator/phone_book.h"

namespace linebook::simulator {

/// How often something is told to a listener that does not take it, and the pause in between.
inline constexpr int max_tellings = 20;
inline constexpr std::chrono::seconds telling_pause{1};

/// Calls, and texts, that are remembered; the oldest that are over go. More at once are turned away.
inline constexpr std::size_t max_remembered = 10'000;

struct World {
  World(Clock const& clock, Faults& f) : agenda(clock), faults(f) {}

  /// Tells one thing; the listener says whether it took it.
  using Telling = std::function<void(CarrierListener&, std::move_only_function<void(bool taken)>)>;
  void tell(Telling const&);

  /// "CA" and 32 hexadecimal digits, each once.
  std::string next_sid(std::string_view prefix);

  Agenda agenda;
  Faults& faults;
  PhoneBook phones;
  std::atomic<CarrierListener*> listener{nullptr};

 private:
  void tell_now(Telling const&, int left);

  std::atomic<std::uint64_t> sids_{0};
};

}  // namespace linebook::simulator

// A carrier for everybody: calls and texts reach simulated phones, which answer within a second. (Spec: A
// carrier for everybody.) In memory, and gone when the process ends.
#pragma once

#include <thread>

#include "app/ports/carrier.h"
#include "app/ports/carrier_listener.h"
#include "app/ports/simulated_phones.h"
#include "carriers/simulator/simulated_carrier.h"

namespace linebook::simulator {

class Simulator final : public SimulatedPhones {
 public:
  /// Nothing happens before start(), unless somebody lets agenda() catch up.
  explicit Simulator(Clock const& clock) : world_(clock, no_faults_), carrier_(world_) {}
  Simulator(Clock const& clock, Faults& faults) : world_(clock, faults), carrier_(world_) {}
  /// Stops first. Whoever listens has answered by then all that it was told.
  ~Simulator() override { stop(); }
  Simulator(Simulator const&) = delete;
  Simulator& operator=(Simulator const&) = delete;

  /// Who is told, from now on; nullptr: nobody.
  void tell(CarrierListener* listener) { world_.listener = listener; }
  /// On a thread of its own.
  void start();
  /// Answers what is asked as if no answer came in time or, where it is known, with what came of it, and does
  /// nothing more. A second call does nothing.
  void stop();

  SimulatedCarrier& carrier() { return carrier_; }
  Agenda& agenda() { return world_.agenda; }

  SimulatedPhone look_at(AccountId, E164 const& number) const override;
  std::vector<SimulatedPhone> all(AccountId, std::size_t limit) const override;
  void behave(AccountId, E164 const& number, PhoneBehaviour const&) override;
  void text(AccountId, E164 const& from, std::string_view line_number, std::string_view text) override;
  void call(AccountId, E164 const& from, std::string_view line_number) override;

 private:
  NoFaults no_faults_;
  World world_;
  SimulatedCarrier carrier_;
  std::thread thread_;
};

}  // namespace linebook::simulator

// A carrier as the suite needs it: with what a test prepares, and ways to fail.
#pragma once

#include <memory>
#include <string>

#include "app/ports/carrier.h"
#include "app/ports/simulated_phones.h"
#include "carriers/simulator/faults.h"

namespace linebook::carriers {

class CarrierUnderTest {
 public:
  virtual ~CarrierUnderTest() = default;

  virtual Carrier& carrier() = 0;
  /// Of an account that nobody else has; its own in each test.
  virtual CarrierCredentials new_account() = 0;
  virtual Instant now() const = 0;
  /// A little time passes.
  virtual void wait() = 0;

  virtual void offer(E164 const&) = 0;
  virtual void own(CarrierCredentials const&, E164 const&, VoiceSettings const&) = 0;
  virtual void behave(E164 const&, PhoneBehaviour const&) = 0;
  /// With the next such request.
  virtual void goes_wrong(simulator::Request, simulator::Fault::Kind) = 0;
};

std::unique_ptr<CarrierUnderTest> make_simulator();
std::unique_ptr<CarrierUnderTest> make_twilio();

}  // namespace linebook::carriers

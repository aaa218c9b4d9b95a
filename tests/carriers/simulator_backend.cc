#include <deque>
#include <map>

#include "carriers/carrier_under_test.h"
#include "carriers/simulator/simulator.h"
#include "fakes/fixed_clock.h"

namespace linebook::carriers {
namespace {

constexpr AccountId phone_account{1};

/// Those that a test asked for, each once.
class AskedFaults final : public simulator::Faults {
 public:
  void add(simulator::Request request, simulator::Fault::Kind kind) { faults_[request].push_back(kind); }

  simulator::Fault of_request(simulator::Request request) override {
    auto& waiting = faults_[request];
    if (waiting.empty()) return {};
    simulator::Fault const fault{waiting.front(), {}};
    waiting.pop_front();
    return fault;
  }
  std::vector<std::chrono::milliseconds> tellings() override { return {std::chrono::milliseconds(0)}; }

 private:
  std::map<simulator::Request, std::deque<simulator::Fault::Kind>> faults_;
};

class SimulatorUnderTest final : public CarrierUnderTest {
 public:
  Carrier& carrier() override { return simulator_.carrier(); }
  CarrierCredentials new_account() override { return {"AC" + std::to_string(++accounts_), "secret"}; }
  Instant now() const override { return clock_.now(); }
  void wait() override {
    clock_.advance(std::chrono::milliseconds(5));
    simulator_.agenda().catch_up();
  }
  void offer(E164 const& number) override { simulator_.carrier().numbers().offer(number); }
  void own(CarrierCredentials const& owner, E164 const& number, VoiceSettings const& voice) override {
    simulator_.carrier().numbers().own(owner.account_sid, number, voice);
  }
  void behave(E164 const& number, PhoneBehaviour const& behaviour) override {
    simulator_.behave(phone_account, number, behaviour);
  }
  void goes_wrong(simulator::Request request, simulator::Fault::Kind kind) override {
    faults_.add(request, kind);
  }

 private:
  fakes::FixedClock clock_{fakes::noon};
  AskedFaults faults_;
  simulator::Simulator simulator_{clock_, faults_};
  int accounts_ = 0;
};

}  // namespace

std::unique_ptr<CarrierUnderTest> make_simulator() { return std::make_unique<SimulatorUnderTest>(); }

}  // namespace linebook::carriers

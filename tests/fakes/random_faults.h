// A simulator that fails at will, by a test's own source of chance.
#pragma once

#include "carriers/simulator/faults.h"
#include "fakes/random.h"

namespace linebook::fakes {

class RandomFaults final : public simulator::Faults {
 public:
  explicit RandomFaults(Random& random) : random_(random) {}

  bool faulty = true;

  simulator::Fault of_request(simulator::Request request) override {
    using enum simulator::Fault::Kind;
    if (!faulty) return {};
    if (percent(15)) {
      static constexpr simulator::Fault::Kind nothing_done[] = {busy, unreachable, broken, timeout};
      return {nothing_done[random_.below(4)], {}};
    }
    if (request == simulator::Request::buy && percent(10)) return {snatched, {}};
    if (makes_something(request) && percent(10)) return {late, std::chrono::seconds(1 + random_.below(20))};
    if (percent(12)) return {percent(50) ? lost : done_broken, {}};
    return {};
  }
  std::vector<std::chrono::milliseconds> tellings() override {
    if (!faulty) return {std::chrono::milliseconds(0)};
    std::vector<std::chrono::milliseconds> when;
    for (auto times = random_.below(4); times > 0; --times)
      when.emplace_back(percent(50) ? 0 : random_.below(40'000));
    return when;
  }

 private:
  bool percent(unsigned of_hundred) { return random_.below(100) < of_hundred; }
  static bool makes_something(simulator::Request request) {
    return request == simulator::Request::buy || request == simulator::Request::place_call ||
           request == simulator::Request::send_text;
  }

  Random& random_;
};

}  // namespace linebook::fakes

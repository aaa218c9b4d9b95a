// What goes wrong in the simulator, where anything is to: never in a demo, at will in tests.
#pragma once

#include <chrono>
#include <vector>

namespace linebook::simulator {

enum class Request {
  find_owned,
  get,
  search,
  buy,
  set_voice,
  release,
  place_call,
  get_call,
  end_call,
  find_calls,
  send_text,
  get_text,
  find_texts
};

/// Of one request.
struct Fault {
  enum class Kind {
    none,
    busy,         // turned away with a time to wait: nothing is done
    unreachable,  // nothing is done
    broken,       // nothing is done, and it is answered as failed
    timeout,      // nothing is done, and nothing is answered
    lost,         // done, and nothing is answered
    done_broken,  // done, and answered as failed
    late,         // done after `late_by`, and nothing is answered
    snatched,     // somebody else buys the number just before
  } kind = Kind::none;
  std::chrono::milliseconds late_by{0};
};

class Faults {
 public:
  virtual ~Faults() = default;

  virtual Fault of_request(Request) = 0;
  /// When a change is told after it came about: once at once, as a rule; never; late; several times.
  virtual std::vector<std::chrono::milliseconds> tellings() = 0;
};

class NoFaults final : public Faults {
 public:
  Fault of_request(Request) override { return {}; }
  std::vector<std::chrono::milliseconds> tellings() override { return {std::chrono::milliseconds(0)}; }
};

}  // namespace linebook::simulator

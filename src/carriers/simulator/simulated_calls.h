// Calls between lines and simulated phones, from ringing to their end, each within a few seconds.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "app/ports/carrier.h"
#include "carriers/simulator/world.h"

namespace linebook::simulator {

/// A phone rings soon after it is called, and answers, or does not, soon after that.
inline constexpr std::chrono::milliseconds until_it_rings{100};
inline constexpr std::chrono::milliseconds until_it_answers{300};
/// How long whoever answered listens.
inline constexpr std::chrono::milliseconds talk_time{1000};
/// How long a call waits for whoever is asked what it does.
inline constexpr std::chrono::seconds script_patience{15};

/// Any thread.
class SimulatedCalls {
 public:
  explicit SimulatedCalls(World& world) : world_(world) {}

  CarrierResult<CarrierCall> place(std::string const& account_sid, CallToPlace const&);
  CarrierResult<CarrierCall> get(std::string const& account_sid, std::string const& sid) const;
  CarrierResult<CarrierCall> end(std::string const& account_sid, std::string const& sid);
  CarrierResult<std::vector<CarrierCall>> find(std::string const& account_sid, CarrierSearch const&) const;

  /// The phone calls the line.
  void call_in(AccountId, E164 const& phone, std::string_view line_number);

  /// Those that were placed, each as it now is.
  std::vector<CarrierCall> all() const;

 private:
  struct Call {
    std::string account_sid;
    AccountId account;
    E164 phone;
    std::optional<CallToPlace> placed;  // nothing: the phone called
    CarrierCall is;
    std::optional<Instant> answered_at;
    std::int64_t tellings = 0;
  };

  std::optional<Call> copy(std::string const& sid) const;
  void ring(std::string const& sid);
  void pick_up(std::string const& sid);
  void ask_what_to_do(std::string const& sid);
  void play(std::string const& sid, CallScript const&);
  /// Does nothing to a call that is over.
  void become(std::string const& sid, CallStatus, std::optional<AnsweredBy> = {});
  void become_locked(Call&, CallStatus);
  CallNews news_of(Call const&) const;
  void make_room();

  World& world_;
  mutable std::mutex mutex_;
  std::map<std::string, Call> calls_;  // by sid, the oldest first
};

}  // namespace linebook::simulator

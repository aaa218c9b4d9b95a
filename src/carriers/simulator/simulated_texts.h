// Texts between lines and simulated phones, delivered, or not, within a second.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "app/ports/carrier.h"
#include "carriers/simulator/world.h"

namespace linebook::simulator {

inline constexpr std::chrono::milliseconds until_it_is_sent{100};
inline constexpr std::chrono::milliseconds until_it_is_delivered{300};
/// Twilio's "unreachable destination handset".
inline constexpr int undelivered_error_code = 30003;

/// Any thread.
class SimulatedTexts {
 public:
  explicit SimulatedTexts(World& world) : world_(world) {}

  CarrierResult<CarrierText> send(std::string const& account_sid, TextToSend const&);
  CarrierResult<CarrierText> get(std::string const& account_sid, std::string const& sid) const;
  CarrierResult<std::vector<CarrierText>> find(std::string const& account_sid, CarrierSearch const&) const;

  /// The phone texts the line.
  void text_in(AccountId, E164 const& phone, std::string_view line_number, std::string_view text);

  /// All that were sent, each as it now is.
  std::vector<CarrierText> all() const;

 private:
  struct Text {
    std::string account_sid;
    TextToSend asked;
    E164 phone;
    CarrierText is;
  };

  std::optional<Text> copy(std::string const& sid) const;
  void arrive(std::string const& sid);
  void become(std::string const& sid, MessageStatus, std::optional<int> error_code = {});
  void make_room();

  World& world_;
  mutable std::mutex mutex_;
  std::map<std::string, Text> texts_;  // by sid, the oldest first
};

}  // namespace linebook::simulator

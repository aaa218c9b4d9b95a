// app/ports/carrier.h without a carrier: a full second implementation, also of what fails (faults.h). Any
// credentials are good; each account sid is an account of its own.
#pragma once

#include "app/ports/carrier.h"
#include "carriers/simulator/simulated_calls.h"
#include "carriers/simulator/simulated_numbers.h"
#include "carriers/simulator/simulated_texts.h"
#include "carriers/simulator/world.h"

namespace linebook::simulator {

/// How long an answer takes.
inline constexpr std::chrono::milliseconds answer_time{5};
/// What a busy carrier asks for.
inline constexpr std::chrono::seconds busy_pause{1};

class SimulatedCarrier final : public Carrier {
 public:
  explicit SimulatedCarrier(World& world) : world_(world), numbers_(world), calls_(world), texts_(world) {}

  SimulatedNumbers& numbers() { return numbers_; }
  SimulatedCalls& calls() { return calls_; }
  SimulatedTexts& texts() { return texts_; }

  void find_owned(CarrierCredentials const&, E164 const&,
                  CarrierReply<std::optional<CarrierNumber>>) override;
  void get(CarrierCredentials const&, std::string_view sid, CarrierReply<CarrierNumber>) override;
  void search(CarrierCredentials const&, NumberSearch const&, CarrierReply<std::vector<E164>>) override;
  void buy(CarrierCredentials const&, E164 const&, std::string_view name,
           CarrierReply<CarrierNumber>) override;
  void set_voice(CarrierCredentials const&, std::string_view sid, VoiceSettings const& now,
                 VoiceSettings const& wanted, CarrierReply<CarrierNumber>) override;
  void release(CarrierCredentials const&, std::string_view sid, CarrierReply<void>) override;
  void place_call(CarrierCredentials const&, CallToPlace const&, CarrierReply<CarrierCall>) override;
  void get_call(CarrierCredentials const&, std::string_view sid, CarrierReply<CarrierCall>) override;
  void end_call(CarrierCredentials const&, std::string_view sid, CarrierReply<CarrierCall>) override;
  void find_calls(CarrierCredentials const&, CarrierSearch const&,
                  CarrierReply<std::vector<CarrierCall>>) override;
  void send_text(CarrierCredentials const&, TextToSend const&, CarrierReply<CarrierText>) override;
  void get_text(CarrierCredentials const&, std::string_view sid, CarrierReply<CarrierText>) override;
  void find_texts(CarrierCredentials const&, CarrierSearch const&,
                  CarrierReply<std::vector<CarrierText>>) override;

 private:
  /// Does the deed, now or late or not at all, and answers it, or does not, as the fault has it.
  template <class T, class Deed>
  void answer(Fault, Deed, CarrierReply<T>);
  template <class T, class Deed>
  void answer(Request request, Deed deed, CarrierReply<T> reply) {
    answer(world_.faults.of_request(request), std::move(deed), std::move(reply));
  }

  World& world_;
  SimulatedNumbers numbers_;
  SimulatedCalls calls_;
  SimulatedTexts texts_;
};

}  // namespace linebook::simulator

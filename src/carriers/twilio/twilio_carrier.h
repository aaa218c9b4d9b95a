// app/ports/carrier.h over Twilio's REST API (2010-04-01). Nothing is retried here: whether a request may be
// repeated is the saga's to say.
#pragma once

#include <string>

#include "app/ports/carrier.h"
#include "carriers/twilio/http_client.h"

namespace linebook {

class TwilioCarrier final : public Carrier {
 public:
  /// "https://api.twilio.com"; plain http only to a loopback address (settings see to that).
  explicit TwilioCarrier(std::string api_url) : api_url_(std::move(api_url)) {}

  /// Ends what waits for an answer, as if none came in time, and lets nothing more begin.
  void stop() { client_.stop(); }

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
  /// Two lists: of those that were dialled since the day, and of those that were not dialled yet, which the
  /// first leaves out.
  void find_calls(CarrierCredentials const&, CarrierSearch const&,
                  CarrierReply<std::vector<CarrierCall>>) override;

  void send_text(CarrierCredentials const&, TextToSend const&, CarrierReply<CarrierText>) override;
  void get_text(CarrierCredentials const&, std::string_view sid, CarrierReply<CarrierText>) override;
  /// Likewise: those sent since the day, and the newest of all, since what is not sent yet has no such date.
  void find_texts(CarrierCredentials const&, CarrierSearch const&,
                  CarrierReply<std::vector<CarrierText>>) override;

 private:
  void request(twilio::HttpMethod, CarrierCredentials const&, std::string const& resource,
               std::string form_body, twilio::HttpReply);

  std::string api_url_;
  twilio::HttpClient client_;
};

}  // namespace linebook

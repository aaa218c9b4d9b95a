// app/ports/carrier.h over Twilio's REST API (2010-04-01). Nothing is retried here: whether a request may be
// repeated is the saga's to say.
#pragma once

#include <atomic>
#include <string>

#include "app/ports/carrier.h"
#include "carriers/twilio/https_client.h"

namespace linebook {

class TwilioCarrier final : public Carrier {
 public:
  /// "https://api.twilio.com"; plain http only to a loopback address (settings see to that).
  explicit TwilioCarrier(std::string api_url) : api_url_(std::move(api_url)) {}

  CarrierResult<std::optional<CarrierNumber>> find_owned(CarrierCredentials const&, E164 const&) override;
  CarrierResult<CarrierNumber> get(CarrierCredentials const&, std::string_view sid) override;
  CarrierResult<std::vector<E164>> search(CarrierCredentials const&, NumberSearch const&) override;
  CarrierResult<CarrierNumber> buy(CarrierCredentials const&, E164 const&, std::string_view name) override;
  CarrierResult<CarrierNumber> set_voice(CarrierCredentials const&, std::string_view sid,
                                         VoiceSettings const&) override;
  /// Ends what waits for an answer, as if none came in time, and lets nothing more begin.
  void stop() { stopped_ = true; }

  CarrierResult<void> release(CarrierCredentials const&, std::string_view sid) override;

 private:
  std::string numbers_path(CarrierCredentials const&) const;
  std::string number_url(CarrierCredentials const&, std::string_view sid) const;

  CarrierResult<twilio::HttpAnswer> send(twilio::HttpMethod method, std::string const& url,
                                         CarrierCredentials const& credentials,
                                         std::string const& form_body = {}) const {
    return twilio::send(method, url, credentials, form_body, stopped_);
  }

  std::string api_url_;
  std::atomic<bool> stopped_{false};
};

}  // namespace linebook

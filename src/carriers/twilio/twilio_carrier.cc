#include "carriers/twilio/twilio_carrier.h"

#include <algorithm>

#include "carriers/twilio/twilio_json.h"

namespace linebook {
namespace {

using twilio::Form;
using twilio::HttpAnswer;
using twilio::HttpMethod;

constexpr int max_pages = 20;  // of a list that was asked for one number

std::unexpected<CarrierError> unreadable_answer() {
  return std::unexpected(CarrierError{CarrierFault::broken, 0, "Twilio's answer could not be read"});
}

/// The body of a success.
CarrierResult<std::string> body_of(CarrierResult<HttpAnswer> answer) {
  if (!answer) return std::unexpected(std::move(answer.error()));
  if (answer->status >= 200 && answer->status < 300) return std::move(answer->body);
  return std::unexpected(twilio::read_error(answer->status, answer->body));
}

CarrierResult<CarrierNumber> number_of(CarrierResult<HttpAnswer> answer) {
  auto const body = body_of(std::move(answer));
  if (!body) return std::unexpected(body.error());
  auto number = twilio::read_number(*body);
  if (!number) return unreadable_answer();
  return std::move(*number);
}

Form form_of(VoiceSettings const& voice) {
  // An application or a trunk, where one is set, goes before the URL, so those are always said, also when
  // empty.
  Form form{{"VoiceUrl", voice.voice_url},
            {"VoiceFallbackUrl", voice.voice_fallback_url},
            {"StatusCallback", voice.status_callback},
            {"TrunkSid", voice.trunk_sid},
            {"VoiceApplicationSid", voice.voice_application_sid}};
  for (auto const& [name, method] : {std::pair{"VoiceMethod", &voice.voice_method},
                                     std::pair{"VoiceFallbackMethod", &voice.voice_fallback_method},
                                     std::pair{"StatusCallbackMethod", &voice.status_callback_method}})
    if (!method->empty()) form.emplace_back(name, *method);
  return form;
}

}  // namespace

std::string TwilioCarrier::numbers_path(CarrierCredentials const& credentials) const {
  return "/2010-04-01/Accounts/" + credentials.account_sid + "/IncomingPhoneNumbers";
}

std::string TwilioCarrier::number_url(CarrierCredentials const& credentials, std::string_view sid) const {
  return api_url_ + numbers_path(credentials) + "/" + std::string(sid) + ".json";
}

CarrierResult<std::optional<CarrierNumber>> TwilioCarrier::find_owned(CarrierCredentials const& credentials,
                                                                      E164 const& number) {
  auto path = numbers_path(credentials) + ".json?" +
              twilio::encode_form({{"PhoneNumber", number.str()}, {"PageSize", "50"}});
  for (int page_number = 0; page_number < max_pages; ++page_number) {
    auto const body = body_of(send(HttpMethod::get, api_url_ + path, credentials));
    if (!body) return std::unexpected(body.error());
    auto page = twilio::read_page(*body);
    if (!page) return unreadable_answer();
    // The filter takes parts of numbers too: +1212555010 also finds +12125550100.
    auto const found = std::ranges::find(page->numbers, number, &CarrierNumber::number);
    if (found != page->numbers.end()) return std::move(*found);
    if (!page->next_page.starts_with('/')) return std::nullopt;
    path = std::move(page->next_page);
  }
  return std::unexpected(CarrierError{CarrierFault::broken, 0, "Twilio's list of numbers does not end"});
}

CarrierResult<CarrierNumber> TwilioCarrier::get(CarrierCredentials const& credentials, std::string_view sid) {
  return number_of(send(HttpMethod::get, number_url(credentials, sid), credentials));
}

CarrierResult<std::vector<E164>> TwilioCarrier::search(CarrierCredentials const& credentials,
                                                       NumberSearch const& wish) {
  Form form{{"VoiceEnabled", "true"}, {"PageSize", "20"}};
  if (wish.area_code) form.emplace_back("AreaCode", *wish.area_code);
  auto const url = api_url_ + "/2010-04-01/Accounts/" + credentials.account_sid + "/AvailablePhoneNumbers/" +
                   wish.country_code + "/Local.json?" + twilio::encode_form(form);
  auto const body = body_of(send(HttpMethod::get, url, credentials));
  if (!body) return std::unexpected(body.error());
  auto numbers = twilio::read_available(*body);
  if (!numbers) return unreadable_answer();
  return std::move(*numbers);
}

CarrierResult<CarrierNumber> TwilioCarrier::buy(CarrierCredentials const& credentials, E164 const& number,
                                                std::string_view name) {
  auto const form = twilio::encode_form({{"PhoneNumber", number.str()}, {"FriendlyName", std::string(name)}});
  return number_of(send(HttpMethod::post, api_url_ + numbers_path(credentials) + ".json", credentials, form));
}

CarrierResult<CarrierNumber> TwilioCarrier::set_voice(CarrierCredentials const& credentials,
                                                      std::string_view sid, VoiceSettings const& voice) {
  return number_of(
      send(HttpMethod::post, number_url(credentials, sid), credentials, twilio::encode_form(form_of(voice))));
}

CarrierResult<void> TwilioCarrier::release(CarrierCredentials const& credentials, std::string_view sid) {
  auto const body = body_of(send(HttpMethod::del, number_url(credentials, sid), credentials));
  if (!body) return std::unexpected(body.error());
  return {};
}

}  // namespace linebook

#include "carriers/twilio/twilio_forms.h"

#include "domain/calls/twiml.h"

namespace linebook::twilio {
namespace {

struct VoiceField {
  std::string_view name;
  std::string VoiceSettings::* setting;
};
constexpr VoiceField voice_urls[] = {{"VoiceUrl", &VoiceSettings::voice_url},
                                     {"VoiceFallbackUrl", &VoiceSettings::voice_fallback_url},
                                     {"StatusCallback", &VoiceSettings::status_callback},
                                     {"TrunkSid", &VoiceSettings::trunk_sid},
                                     {"VoiceApplicationSid", &VoiceSettings::voice_application_sid}};
constexpr VoiceField voice_methods[] = {{"VoiceMethod", &VoiceSettings::voice_method},
                                        {"VoiceFallbackMethod", &VoiceSettings::voice_fallback_method},
                                        {"StatusCallbackMethod", &VoiceSettings::status_callback_method}};

std::unexpected<CarrierError> not_asked(std::string why) {
  return std::unexpected(CarrierError{CarrierFault::refused, 0, std::move(why)});
}

}  // namespace

Form form_of(VoiceSettings const& now, VoiceSettings const& wanted) {
  Form form;
  for (auto const& [name, setting] : voice_urls)
    if (!(wanted.*setting).empty() || !(now.*setting).empty()) form.emplace_back(name, wanted.*setting);
  for (auto const& [name, setting] : voice_methods)
    if (!(wanted.*setting).empty()) form.emplace_back(name, wanted.*setting);
  return form;
}

CarrierResult<Form> form_of(CallToPlace const& call) {
  Form form{{"To", call.to}, {"From", call.from}};
  if (call.script) {
    auto script = twiml(*call.script);
    if (script.size() > max_twiml)
      return not_asked("what the call says is longer than Twilio takes: " + std::to_string(max_twiml) +
                       " characters, its markup included");
    form.emplace_back("Twiml", std::move(script));
  } else if (call.answer_url.empty()) {
    return not_asked("Twilio cannot reach this service to ask what the call does; set --public-url");
  } else {
    form.emplace_back("Url", call.answer_url);
    form.emplace_back("Method", "POST");
  }
  if (!call.status_url.empty()) {
    form.emplace_back("StatusCallback", call.status_url);
    form.emplace_back("StatusCallbackMethod", "POST");
    for (auto const* event : {"initiated", "ringing", "answered", "completed"})
      form.emplace_back("StatusCallbackEvent", event);
  }
  if (call.detect_machine)
    form.emplace_back("MachineDetection", call.wait_for_tone ? "DetectMessageEnd" : "Enable");
  return form;
}

Form form_of(TextToSend const& text) {
  Form form{{"To", text.to}, {"From", text.from}, {"Body", text.text}};
  if (!text.status_url.empty()) form.emplace_back("StatusCallback", text.status_url);
  return form;
}

}  // namespace linebook::twilio

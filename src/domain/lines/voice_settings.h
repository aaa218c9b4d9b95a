// What a carrier does with a call to one of its numbers: the settings that Linebook takes over and gives
// back. (Twilio's IncomingPhoneNumber resource; a trunk or an application, where one is set, goes before the
// URLs.)
#pragma once

#include <string>

namespace linebook {

/// An empty text is an empty setting.
struct VoiceSettings {
  std::string voice_url;
  std::string voice_method;
  std::string voice_fallback_url;
  std::string voice_fallback_method;
  std::string status_callback;
  std::string status_callback_method;
  std::string trunk_sid;
  std::string voice_application_sid;

  bool operator==(VoiceSettings const&) const = default;
};

}  // namespace linebook

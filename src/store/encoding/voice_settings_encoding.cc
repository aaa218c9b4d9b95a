#include "store/encoding/voice_settings_encoding.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <stdexcept>
#include <utility>

namespace linebook {
namespace {

using VoiceSetting = std::pair<char const*, std::string VoiceSettings::*>;
constexpr VoiceSetting voice_settings[] = {{"voice_url", &VoiceSettings::voice_url},
                                           {"voice_method", &VoiceSettings::voice_method},
                                           {"voice_fallback_url", &VoiceSettings::voice_fallback_url},
                                           {"voice_fallback_method", &VoiceSettings::voice_fallback_method},
                                           {"status_callback", &VoiceSettings::status_callback},
                                           {"status_callback_method", &VoiceSettings::status_callback_method},
                                           {"trunk_sid", &VoiceSettings::trunk_sid},
                                           {"voice_application_sid", &VoiceSettings::voice_application_sid}};

}  // namespace

std::string encode_voice_settings(VoiceSettings const& settings) {
  boost::json::object object;
  for (auto const& [name, member] : voice_settings)
    if (!(settings.*member).empty()) object[name] = settings.*member;
  return boost::json::serialize(object);
}

VoiceSettings decode_voice_settings(std::string_view json) {
  boost::system::error_code error;
  auto const value = boost::json::parse(json, error);
  if (error || !value.is_object()) throw std::runtime_error("the database holds unreadable voice settings");
  VoiceSettings settings;
  for (auto const& [name, member] : voice_settings)
    if (auto const* text = value.as_object().if_contains(name)) {
      if (!text->is_string()) throw std::runtime_error("the database holds unreadable voice settings");
      settings.*member = std::string(text->as_string());
    }
  return settings;
}

}  // namespace linebook

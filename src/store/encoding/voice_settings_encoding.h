// How the settings that a number had before us lie in a database, the same in every store.
#pragma once

#include <string>
#include <string_view>

#include "domain/lines/voice_settings.h"

namespace linebook {

/// {"voice_url":"https://…","trunk_sid":"TK…"}: what is empty is left out.
std::string encode_voice_settings(VoiceSettings const&);

/// Throws std::runtime_error for anything that encode_voice_settings did not make.
VoiceSettings decode_voice_settings(std::string_view json);

}  // namespace linebook

#include "domain/reach/contact_purpose.h"

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<Channel> channel_names[] = {{Channel::call, "call"}, {Channel::text, "text"}};
constexpr Spelling<Purpose> purpose_names[] = {{Purpose::care, "care"},
                                               {Purpose::service, "service"},
                                               {Purpose::marketing, "marketing"},
                                               {Purpose::verification, "verification"},
                                               {Purpose::emergency, "emergency"}};
constexpr Spelling<Voice> voice_names[] = {{Voice::artificial, "artificial"}, {Voice::human, "human"}};

}  // namespace

std::string_view to_string(Channel channel) { return spell(channel_names, channel); }
std::optional<Channel> parse_channel(std::string_view text) { return unspell(channel_names, text); }
std::string_view to_string(Purpose purpose) { return spell(purpose_names, purpose); }
std::optional<Purpose> parse_purpose(std::string_view text) { return unspell(purpose_names, text); }
std::string_view to_string(Voice voice) { return spell(voice_names, voice); }
std::optional<Voice> parse_voice(std::string_view text) { return unspell(voice_names, text); }

}  // namespace linebook

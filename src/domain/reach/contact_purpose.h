// How and why somebody is to be reached. (Spec: Decisions.)
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace linebook {

enum class Channel : std::uint8_t { call, text };

std::string_view to_string(Channel);
std::optional<Channel> parse_channel(std::string_view);

enum class Purpose : std::uint8_t { care, service, marketing, verification, emergency };

std::string_view to_string(Purpose);
std::optional<Purpose> parse_purpose(std::string_view);

/// Care, service and marketing: we want something of them, so that hours, caps and wishes hold. A
/// verification is asked for by the person, an emergency by what has happened.
constexpr bool is_our_wish(Purpose p) { return p <= Purpose::marketing; }

enum class Voice : std::uint8_t { artificial, human };

std::string_view to_string(Voice);
std::optional<Voice> parse_voice(std::string_view);

}  // namespace linebook

// Addresses that Linebook hands to a carrier or calls itself: an agent's audio stream, webhooks.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace linebook {

enum class UrlScheme {
  wss,  // as https over TLS: what is said on a call does not travel in the clear
  https,
  http,  // in the clear: for demos, on the same machine
};

constexpr std::size_t max_web_url = 2048;  // characters

/// An absolute URL of that scheme (RFC 3986) with a host, and no user, password, fragment, white space or
/// control character, not even escaped. Gives it back as it came with its scheme in lower case, or a
/// validation_error whose message fits behind a field's name. Where the host leads is checked when a
/// connection opens, not here.
Result<std::string> parse_web_url(std::string_view, UrlScheme);

}  // namespace linebook

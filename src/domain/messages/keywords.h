// What a text means where it is one of the words that carriers know: whole, in any case, with whatever
// punctuation behind it. (CTIA Messaging Principles and Best Practices; 47 CFR 64.1200(a)(10))
#pragma once

#include <optional>
#include <string_view>

namespace linebook {

enum class Keyword { stop, start, help };

/// Nothing: it is an ordinary text.
std::optional<Keyword> keyword_of(std::string_view text);

/// The reason under which STOP suppresses a number: what START lifts.
inline constexpr std::string_view stop_reason = "texted STOP";

}  // namespace linebook

// What came from outside, made fit to be shown in an answer or a record: short, and valid UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace linebook {

/// The beginning of UTF-8 text, at most that many bytes, with no character cut in two.
std::string_view cut_text(std::string_view utf8, std::size_t most_bytes);

/// A header's value, which may be any bytes: cut likewise, and what is not readable UTF-8 told as "?".
std::string readable_header(std::string_view bytes, std::size_t most_bytes);

/// Likewise a body, whose lines are kept.
std::string readable_text(std::string_view bytes, std::size_t most_bytes);

}  // namespace linebook

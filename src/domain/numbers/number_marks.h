// What stands for a digit, a dash or a space in other scripts and typography, written plainly: spreadsheets,
// web pages and phones put in look-alikes that nobody sees.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace linebook {

/// What plain_marks writes for what has no plain form: a letter of another script, a control character, a
/// byte that is not UTF-8. No reader of numbers knows it.
inline constexpr char no_plain_mark = '\x1a';

/// ASCII, never longer than `text`: decimal digits of any script as 0 to 9, dashes as "-", spaces and tabs as
/// " ", full-width signs and letters as ASCII, every line end as "\n"; direction marks and what else has no
/// width left out. ASCII letters stay as they are.
std::string plain_marks(std::string_view text);

/// Code points; a byte that is not UTF-8 counts as one.
std::size_t count_characters(std::string_view text);

}  // namespace linebook

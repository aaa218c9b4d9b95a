// Phone numbers as people, spreadsheets, phones and other systems write them. This is the one place that
// knows: the API, searches, routes and imports read numbers here. docs/NUMBERS.md is the table of what is
// read how; a test walks it.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "domain/numbers/e164.h"
#include "domain/numbers/ten_digits.h"

namespace linebook {

inline constexpr std::size_t max_written_number = 64;  // characters; nobody formats a number longer than this
inline constexpr std::size_t max_extension = 8;        // digits

/// Why text is no number that can be kept.
enum class NumberObstacle {
  empty,
  not_a_number,
  rounded,  // 5.85298E+09: a spreadsheet lost the last digits
  too_short,
  too_long,
  foreign,  // of another country code than 1
  letters,  // 1-800-FLOWERS
  several,  // two numbers in one
};

struct UnreadNumber {
  NumberObstacle obstacle;
  std::size_t digits = 0;  // how many there are where they are too few or too many, else 0

  bool operator==(UnreadNumber const&) const = default;
};

/// What a letter in a number means: nothing that is known, or the key of a telephone on which it stands.
enum class NumberLetters { refused, keypad };

struct WrittenNumber {
  TenDigits number;
  std::string extension;  // up to 8 digits; empty where there is none

  bool operator==(WrittenNumber const&) const = default;
};

/// The number in `text`, whose extension is for the caller to tell of.
std::expected<WrittenNumber, UnreadNumber> read_written_number(std::string_view text,
                                                               NumberLetters = NumberLetters::refused);

struct WrittenE164 {
  E164 number;
  std::string extension;

  bool operator==(WrittenE164 const&) const = default;
};

/// The same for a number of any country; ten digits are one of country code 1.
std::expected<WrittenE164, UnreadNumber> read_written_e164(std::string_view text);

/// "too_short"
std::string_view to_string(NumberObstacle);
/// "has only 9 digits; …": what is wrong and what to do, to put behind a field's name. Holds nothing of the
/// text.
std::string message_for(UnreadNumber const&);
/// "the extension 12 of ***4415 was left out": what an import says of a number that has one.
std::string extension_left_out(WrittenNumber const&);

}  // namespace linebook

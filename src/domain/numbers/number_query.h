// The contact search's `q`: a number as anybody writes it (written_number.h), or any part of one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace linebook {

class NumberQuery {
 public:
  /// A whole number in any accepted way of writing, or its part: ( ) - . / space and + are stripped, in
  /// whatever typography, then a leading 1 before ten digits. Empty or blank text lists all numbers;
  /// otherwise 1 to 10 digits must remain, else invalid_query with a message that says what to send. An
  /// extension is refused: no number is found by it.
  static Result<NumberQuery> parse(std::string_view);

  /// Is it meant as a number, or part of one, rather than as a name?
  static bool looks_like_one(std::string_view);

  /// Matches every number.
  bool lists_all() const { return digits_.empty(); }
  /// What a number must contain: 1 to 10 digits, none when it lists all.
  std::string_view digits() const { return digits_; }
  bool matches(std::string_view ten_digits) const { return ten_digits.find(digits_) != ten_digits.npos; }

  bool operator==(NumberQuery const&) const = default;

 private:
  NumberQuery() = default;

  std::string digits_;
};

}  // namespace linebook

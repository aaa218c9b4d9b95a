// The contact search's `q`: any part of a number, formatting and country code taken off.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace linebook {

class NumberQuery {
 public:
  static constexpr std::size_t max_input = 64;  // characters, as for TenDigits

  /// Strips ( ) - . space and +, then a leading 1 before ten digits. Empty or blank text lists all numbers;
  /// otherwise 1 to 10 digits must remain, else invalid_query with a message that says what to send.
  static Result<NumberQuery> parse(std::string_view);

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

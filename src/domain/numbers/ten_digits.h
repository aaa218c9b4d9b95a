// A number of the contact book: ten digits of the North American Numbering Plan (area code, exchange,
// line), whatever formatting it came in. Stored, searched and told as these ten digits.
#pragma once

#include <array>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "domain/numbers/e164.h"

namespace linebook {

/// What the installation demands of a contact's number: any ten digits, or also that NANPA assigned them.
enum class NumberPolicy { possible, valid };

/// Why ten digits are possible, but no number that could ring.
enum class NumberFault { unassigned_area_code, invalid_exchange };

class TenDigits {
 public:
  /// Strict and cheap: exactly ten ASCII digits, as they are stored. What people write, written_number.h
  /// reads.
  static std::optional<TenDigits> parse(std::string_view);
  /// Nothing for a number outside country code 1.
  static std::optional<TenDigits> from_e164(E164 const&);

  /// "5551234567"
  std::string_view view() const { return {digits_.data(), digits_.size()}; }
  std::string str() const { return std::string(view()); }
  std::string_view area_code() const { return view().substr(0, 3); }
  std::string_view exchange() const { return view().substr(3, 3); }
  E164 to_e164() const;
  /// "***4567", for logs.
  std::string masked() const;

  /// As area_codes.h lists them.
  bool has_assigned_area_code() const;
  /// [2-9]XX and not N11. 555 is a valid exchange: 555-01XX is set aside for fiction but well formed.
  bool has_valid_exchange() const;
  /// The first of what is wrong: the area code, then the exchange.
  std::optional<NumberFault> fault() const;
  bool is_valid() const { return !fault(); }
  bool satisfies(NumberPolicy policy) const { return policy == NumberPolicy::possible || is_valid(); }

  auto operator<=>(TenDigits const&) const = default;

 private:
  TenDigits() = default;

  std::array<char, 10> digits_;
};

/// "unassigned_area_code", as the quality report tells it.
std::string_view to_string(NumberFault);
/// "must have an assigned area code", to put behind a field's name.
std::string_view message_for(NumberFault);

}  // namespace linebook

// A phone number as the world writes it: "+" and 7 to 15 digits, the first of them 1 to 9
// (ITU-T E.164 caps the length at 15; shorter than 7 no subscriber can be reached across a border).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace linebook {

class E164 {
 public:
  /// Strict: exactly ^\+[1-9][0-9]{6,14}$ in ASCII, and ten digits after "+1" (North American Numbering
  /// Plan). Refuses with a validation_error whose message fits behind a field's name: "must be an E.164 …".
  static Result<E164> parse(std::string_view);

  /// "+15551234567"
  std::string_view view() const { return {text_.data(), size_}; }
  std::string str() const { return std::string(view()); }
  /// "***4567", for logs.
  std::string masked() const;
  /// In country code 1, so that TenDigits::from_e164 has an answer.
  bool is_nanp() const { return text_[1] == '1'; }

  // Unused characters are NUL, so that this orders as the text does.
  auto operator<=>(E164 const&) const = default;

 private:
  friend class TenDigits;
  explicit E164(std::string_view checked);

  std::array<char, 16> text_{};
  std::uint8_t size_ = 0;
};

/// "***4567" of any number or identifier; all of it is hidden when it is no longer than four characters.
std::string masked_number(std::string_view);

/// ^\+?[A-Za-z0-9]{3,40}$: what a private trunk may call a line (`e164_check: false`).
bool is_private_identifier(std::string_view);

}  // namespace linebook

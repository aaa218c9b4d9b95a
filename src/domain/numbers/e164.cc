#include "domain/numbers/e164.h"

#include <algorithm>

#include "domain/text/ascii.h"

namespace linebook {
namespace {

constexpr std::size_t min_digits = 7;
constexpr std::size_t max_digits = 15;
constexpr std::size_t e164_digits_of_nanp = 11;  // country code 1 and ten more

}  // namespace

E164::E164(std::string_view checked) : size_(static_cast<std::uint8_t>(checked.size())) {
  std::ranges::copy(checked, text_.begin());
}

Result<E164> E164::parse(std::string_view text) {
  auto digits = text.starts_with('+') ? text.substr(1) : std::string_view{};
  bool well_formed = digits.size() >= min_digits && digits.size() <= max_digits &&
                     std::ranges::all_of(digits, is_ascii_digit) && digits.front() != '0';
  if (!well_formed) return fail(ErrorCode::validation_error, "must be an E.164 number such as +15551234567");
  if (digits.front() == '1' && digits.size() != e164_digits_of_nanp)
    return fail(ErrorCode::validation_error, "must have ten digits after +1, such as +15551234567");
  return E164(text);
}

std::string E164::masked() const { return masked_number(view()); }

std::string masked_number(std::string_view text) {
  constexpr std::size_t shown = 4;
  std::string masked = "***";
  if (text.size() > shown) masked += text.substr(text.size() - shown);
  return masked;
}

bool is_private_identifier(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  return text.size() >= 3 && text.size() <= 40 && std::ranges::all_of(text, is_ascii_alphanumeric);
}

}  // namespace linebook

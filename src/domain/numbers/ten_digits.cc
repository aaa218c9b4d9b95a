#include "domain/numbers/ten_digits.h"

#include <algorithm>

#include "domain/numbers/area_codes.h"
#include "domain/text/ascii.h"

namespace linebook {
std::optional<TenDigits> TenDigits::parse(std::string_view text) {
  TenDigits number;
  if (text.size() != number.digits_.size() || !std::ranges::all_of(text, is_ascii_digit)) return std::nullopt;
  std::ranges::copy(text, number.digits_.begin());
  return number;
}

std::optional<TenDigits> TenDigits::from_e164(E164 const& number) {
  if (!number.is_nanp()) return std::nullopt;
  TenDigits ten;
  std::ranges::copy(number.view().substr(2), ten.digits_.begin());
  return ten;
}

E164 TenDigits::to_e164() const {
  std::array<char, 12> text{'+', '1'};
  std::ranges::copy(digits_, text.begin() + 2);
  return E164({text.data(), text.size()});
}

std::string TenDigits::masked() const { return masked_number(view()); }

bool TenDigits::has_assigned_area_code() const { return find_area_code(area_code()).has_value(); }

bool TenDigits::has_valid_exchange() const {
  // Central office codes are [2-9]XX; N11 are service codes such as 911 (ATIS-0300119, NANPA).
  auto const office = exchange();
  return office[0] >= '2' && office.substr(1) != "11";
}

std::optional<NumberFault> TenDigits::fault() const {
  if (!has_assigned_area_code()) return NumberFault::unassigned_area_code;
  if (!has_valid_exchange()) return NumberFault::invalid_exchange;
  return std::nullopt;
}

std::string_view to_string(NumberFault fault) {
  switch (fault) {
    case NumberFault::unassigned_area_code:
      return "unassigned_area_code";
    case NumberFault::invalid_exchange:
      return "invalid_exchange";
  }
  return {};
}

std::string_view message_for(NumberFault fault) {
  switch (fault) {
    case NumberFault::unassigned_area_code:
      return "must have an assigned area code";
    case NumberFault::invalid_exchange:
      return "must have a valid exchange: 200 to 999, and not N11";
  }
  return {};
}

}  // namespace linebook

#include "domain/numbers/ten_digits.h"

#include <algorithm>

#include "domain/numbers/area_codes.h"
#include "domain/text/ascii.h"

namespace linebook {
namespace {

constexpr std::string_view formatting = " ()-./";

}  // namespace

std::optional<TenDigits> TenDigits::parse(std::string_view text) {
  if (text.size() > max_input) return std::nullopt;
  std::array<char, 11> digits;  // one more than ten: the country code
  std::size_t count = 0;
  bool plus = false;
  for (char c : text) {
    if (is_ascii_digit(c)) {
      if (count == digits.size()) return std::nullopt;
      digits[count++] = c;
    } else if (c == '+') {
      if (plus || count > 0) return std::nullopt;
      plus = true;
    } else if (formatting.find(c) == formatting.npos) {
      return std::nullopt;
    }
  }
  bool with_country_code = count == 11 && digits[0] == '1';
  // "+5551234567" would be a number in Brazil: behind a plus the country code is not optional.
  if (!with_country_code && (plus || count != 10)) return std::nullopt;
  TenDigits number;
  std::copy_n(digits.begin() + (with_country_code ? 1 : 0), 10, number.digits_.begin());
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

#include "domain/lines/line_fields.h"

#include <algorithm>

#include "base/hex_digit.h"
#include "domain/text/ascii.h"
#include "domain/text/refused_value.h"

namespace linebook {
namespace {

constexpr std::size_t twilio_sid_size = 34;

bool is_printable(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace

Result<std::string> parse_area_code(std::string_view text) {
  bool const fits = text.size() == 3 && text[0] >= '2' && std::ranges::all_of(text, is_ascii_digit);
  if (!fits) return refused_value("must be three digits, the first of them 2 to 9");
  return std::string(text);
}

Result<std::string> parse_country_code(std::string_view text) {
  bool const fits =
      text.size() == 2 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!fits) return refused_value("must be a two-letter country code, such as US");
  return std::string(text);
}

Result<std::string> parse_twilio_account_sid(std::string_view text) {
  bool const fits = text.size() == twilio_sid_size && text.starts_with("AC") &&
                    std::ranges::all_of(text.substr(2), [](char c) { return hex_value(c) >= 0; });
  if (!fits) return refused_value("must be AC and 32 hexadecimal digits");
  return std::string(text);
}

Result<std::string> parse_credential(std::string_view text) {
  if (!is_printable(text, max_credential))
    return refused_value("must be 1 to 128 printable ASCII characters without spaces");
  return std::string(text);
}

Result<std::string> parse_password(std::string_view text) {
  if (!is_printable(text, max_password))
    return refused_value("must be 1 to 256 printable ASCII characters without spaces");
  return std::string(text);
}

}  // namespace linebook

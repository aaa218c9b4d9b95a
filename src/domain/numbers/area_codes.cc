#include "domain/numbers/area_codes.h"

#include <cstdint>

#include "domain/text/ascii.h"

namespace linebook {
namespace {

#include "domain/numbers/area_codes_data.inc"

constexpr std::uint16_t unassigned = 0;

constexpr std::size_t slot(std::string_view code) {
  return static_cast<std::size_t>((code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0'));
}

/// From an area code to its place in `assigned`, counted from one.
constexpr auto places = [] {
  std::array<std::uint16_t, 1000> table{};
  for (std::size_t i = 0; i < assigned.size(); ++i)
    table[slot(assigned[i].code)] = static_cast<std::uint16_t>(i + 1);
  return table;
}();

}  // namespace

std::optional<AreaCode> find_area_code(std::string_view code) {
  if (code.size() != 3 || !is_ascii_digit(code[0]) || !is_ascii_digit(code[1]) || !is_ascii_digit(code[2]))
    return std::nullopt;
  auto place = places[slot(code)];
  if (place == unassigned) return std::nullopt;
  return assigned[place - 1u];
}

std::span<AreaCode const> all_area_codes() { return assigned; }

std::string_view area_codes_as_of() { return generated_on; }

std::string_view to_string(AreaCodeKind kind) {
  switch (kind) {
    case AreaCodeKind::geographic:
      return "geographic";
    case AreaCodeKind::toll_free:
      return "toll_free";
    case AreaCodeKind::premium:
      return "premium";
    case AreaCodeKind::personal:
      return "personal";
    case AreaCodeKind::carrier:
      return "carrier";
    case AreaCodeKind::government:
      return "government";
  }
  return {};
}

}  // namespace linebook

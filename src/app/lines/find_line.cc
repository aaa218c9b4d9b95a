#include "app/lines/find_line.h"

#include <algorithm>

#include "domain/numbers/written_number.h"
#include "domain/text/ascii.h"

namespace linebook {

std::optional<Line> find_line(Transaction const& tx, AccountId account, std::string_view number) {
  if (auto line = tx.lines().find_by_number(account, number)) return line;
  if (!number.empty() && std::ranges::all_of(number, is_ascii_digit))
    if (auto line = tx.lines().find_by_number(account, "+" + std::string(number))) return line;
  auto const written = read_written_e164(number);
  if (!written) return std::nullopt;
  return tx.lines().find_by_number(account, written->number.view());
}

}  // namespace linebook

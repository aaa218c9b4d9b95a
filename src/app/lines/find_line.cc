#include "app/lines/find_line.h"

#include <algorithm>

#include "domain/numbers/written_number.h"
#include "domain/text/ascii.h"

namespace linebook {

std::optional<Line> find_line(std::string_view number, LineNumbered const& line_numbered) {
  if (auto line = line_numbered(number)) return line;
  if (!number.empty() && std::ranges::all_of(number, is_ascii_digit))
    if (auto line = line_numbered("+" + std::string(number))) return line;
  auto const written = read_written_e164(number);
  if (!written) return std::nullopt;
  return line_numbered(written->number.view());
}

std::optional<Line> find_line(Transaction const& tx, AccountId account, std::string_view number) {
  return find_line(number,
                   [&](std::string_view written) { return tx.lines().find_by_number(account, written); });
}

}  // namespace linebook

#include "cli/import/number_cell.h"

#include "domain/numbers/telecom_text.h"

namespace linebook {

NumberCell read_number_cell(std::string_view text, NumberLetters letters) {
  if (auto const number = TenDigits::parse(text)) return {.numbers = {*number}, .note = {}, .fault = {}};
  auto const written = read_written_number(text, letters);
  if (written)
    return {.numbers = {written->number},
            .note = written->extension.empty() ? std::string() : extension_left_out(*written),
            .fault = {}};
  NumberCell cell;
  if (written.error().obstacle == NumberObstacle::empty) return cell;
  auto reading = read_telecom_text(text, letters);
  cell.numbers = std::move(reading.numbers);
  if (cell.numbers.empty()) {
    cell.fault = message_for(written.error());
    if (written.error().obstacle == NumberObstacle::letters) cell.fault += ", or import with --letters";
    return cell;
  }
  for (auto const& warning : reading.warnings) cell.note += (cell.note.empty() ? "" : "; ") + warning;
  return cell;
}

}  // namespace linebook

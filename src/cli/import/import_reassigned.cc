#include "base/calendar_date.h"
#include "cli/command.h"
#include "cli/import/whole_file_import.h"
#include "domain/numbers/written_number.h"

namespace linebook {
namespace {

constexpr std::string_view required_of_reassigned[] = {"number", "date", "answer"};

/// "2026-11-20", "20261120" or "11/20/2026".
std::optional<LocalDay> read_day(std::string_view text) {
  std::string iso(text);
  if (text.size() == 8 && text.find_first_not_of("0123456789") == text.npos)
    iso = std::string(text.substr(0, 4)) + "-" + std::string(text.substr(4, 2)) + "-" +
          std::string(text.substr(6));
  else if (text.size() == 10 && text[2] == '/' && text[5] == '/')
    iso = std::string(text.substr(6)) + "-" + std::string(text.substr(0, 2)) + "-" +
          std::string(text.substr(3, 2));
  return parse_date(iso);
}

std::expected<ReassignedNumber, std::string> read_reassigned_row(CsvTable const& table) {
  auto const number = read_written_number(table.text("number"));
  if (!number) return std::unexpected("number " + message_for(number.error()));
  auto const day = read_day(table.text("date"));
  if (!day) return std::unexpected(std::string("date must be a date such as 2026-11-20"));
  auto const answer = parse_reassigned_answer(table.text("answer"));
  if (!answer) return std::unexpected(std::string("answer must be one of yes, no, no_data"));
  return ReassignedNumber{number->number, *day, *answer};
}

/// One of the future would outrank all that come. A day more, for who is ahead of UTC.
std::expected<void, std::string> check_reassigned_row(Transaction const&, Context const& ctx,
                                                      ReassignedNumber& row) {
  if (row.date <= utc_day(ctx.now) + 1) return {};
  return std::unexpected(std::string("date must not be in the future"));
}

/// The answer to the latest question stands.
ImportOutcome store_reassigned_row(Transaction& tx, Context const& ctx, ReassignedNumber const& row) {
  auto const known = tx.reassigned_numbers().find(ctx.account, row.number);
  if (known && (known->date > row.date || (known->date == row.date && known->answer == row.answer)))
    return ImportOutcome::unchanged;
  tx.reassigned_numbers().save(ctx.account, row);
  return known ? ImportOutcome::updated : ImportOutcome::added;
}

}  // namespace

std::unique_ptr<Command> import_reassigned(CLI::App& flags) {
  return std::make_unique<ImportWholeFile<ReassignedNumber>>(
      flags,
      ImportWholeFile<ReassignedNumber>::Words{
          .file =
              "What the Reassigned Numbers Database answered: number, date, answer (yes, no, no_data), with "
              "or without a header; - reads stdin",
          .account = "Whose question it was"},
      WholeFileImport<ReassignedNumber>::Steps{.kind = "reassigned_numbers",
                                               .required = required_of_reassigned,
                                               .optional = {},
                                               .header = HeaderRow::may_be_missing,
                                               .read = read_reassigned_row,
                                               .check = check_reassigned_row,
                                               .store = store_reassigned_row});
}

}  // namespace linebook

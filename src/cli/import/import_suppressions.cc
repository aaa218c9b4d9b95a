#include <algorithm>
#include <optional>

#include "app/reach/suppressions.h"
#include "cli/command.h"
#include "cli/import/whole_file_import.h"
#include "domain/numbers/written_number.h"
#include "domain/text/remark.h"

namespace linebook {
namespace {

constexpr std::string_view required_of_suppression[] = {"number"};
constexpr std::string_view optional_of_suppression[] = {"channels", "reason"};
constexpr std::string_view default_reason = "import";

struct SuppressionRow {
  TenDigits number;
  std::vector<Channel> channels;
  std::string reason;
};

/// "call", "text", "call text", "call,text"; nothing: both.
std::optional<std::vector<Channel>> read_channels(std::string_view text) {
  std::vector<Channel> channels;
  while (!text.empty()) {
    auto const end = std::min(text.find_first_of(" ,;|/"), text.size());
    auto const name = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (name.empty()) continue;
    auto const channel = parse_channel(name);
    if (!channel) return std::nullopt;
    if (std::ranges::count(channels, *channel) == 0) channels.push_back(*channel);
  }
  if (channels.empty()) channels = {Channel::call, Channel::text};
  return channels;
}

std::expected<SuppressionRow, std::string> read_suppression_row(CsvTable const& table) {
  auto const number = read_written_number(table.text("number"));
  if (!number) return std::unexpected("number " + message_for(number.error()));
  auto channels = read_channels(table.text("channels"));
  if (!channels) return std::unexpected(std::string("channels must be call, text, or both"));
  auto const reason = table.text("reason");
  if (!is_remark(reason, max_suppression_reason))
    return std::unexpected("reason must be at most " + std::to_string(max_suppression_reason) +
                           " characters of text");
  return SuppressionRow{number->number, std::move(*channels),
                        std::string(reason.empty() ? default_reason : reason)};
}

ImportOutcome store_suppression_row(Transaction& tx, Context const& ctx, SuppressionRow const& row) {
  bool const known = tx.suppressions().find(ctx.account, row.number).has_value();
  auto const done = suppress(tx, ctx, {.number = row.number, .channels = row.channels, .reason = row.reason});
  if (!done || !done->changed) return ImportOutcome::unchanged;
  return known ? ImportOutcome::updated : ImportOutcome::added;
}

}  // namespace

std::unique_ptr<Command> import_suppressions(CLI::App& flags) {
  return std::make_unique<ImportWholeFile<SuppressionRow>>(
      flags,
      ImportWholeFile<SuppressionRow>::Words{
          .file = "CSV with a header: number, channels (call, text; default both), reason; - reads stdin",
          .account = "Whose suppression list"},
      WholeFileImport<SuppressionRow>::Steps{.kind = "suppressions",
                                             .required = required_of_suppression,
                                             .optional = optional_of_suppression,
                                             .read = read_suppression_row,
                                             .check = {},
                                             .store = store_suppression_row});
}

}  // namespace linebook

// A dial list as a file, for dialers that load one: CSV with what stands in each one's way, or the columns of
// ViciDial's lead loader. What may be called is decided for each row when it is written, and not kept: before
// a call leaves, its SIP server asks again (GET /routes/outbound).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/store.h"
#include "app/reach/decide_contact.h"
#include "domain/dialing/dial_list.h"

namespace linebook {

enum class DialExportFormat {
  csv,       // every entry
  vicidial,  // those that may be called now, and have not been reached
};
std::optional<DialExportFormat> parse_dial_export_format(std::string_view);

/// So many entries are exported over HTTP; more by `linebook export dial-list`.
inline constexpr std::int64_t max_entries_exported_at_once = 10'000;
inline constexpr std::int64_t entries_exported_a_page = 500;

/// The line of column names.
std::string_view dial_export_header(DialExportFormat);

struct ExportedEntries {
  std::string text;  // whole lines
  DialEntryId last;  // where the next page goes on
  std::int64_t read = 0;
  std::int64_t written = 0;
};

/// The list's entries behind `after`, at most entries_exported_a_page.
ExportedEntries export_entries(Transaction const&, AccountId, Instant now, ReachRules const&, DialList const&,
                               DialExportFormat, DialEntryId const& after);

}  // namespace linebook

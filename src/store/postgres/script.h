// The statements of a script, one by one: Citus passes the text of what changes a table on to its workers,
// and takes no more than one statement at a time for that.
#pragma once

#include <string_view>
#include <vector>

namespace linebook::postgres {

/// Knows '…', "…" and comments to the end of the line. Statements stand without their semicolon.
std::vector<std::string_view> statements_in(std::string_view script);

}  // namespace linebook::postgres

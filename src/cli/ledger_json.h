// The ledger and its heads, a JSON object a line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/ledger/seals.h"
#include "cli/console.h"
#include "domain/ledger/ledger_entry.h"

namespace linebook {

/// As GET /audit shows an entry, and the account's name.
std::string ledger_entry_line(std::string_view account_name, LedgerEntry const&);

std::string ledger_head_line(std::string_view account_name, SealedHead const&);

inline constexpr std::size_t max_heads_file = 16 * 1024 * 1024;  // bytes

/// Reads what ledger_head_line wrote, a line each.
Result<std::vector<SealedHead>> read_ledger_heads(InputFile&);

}  // namespace linebook

// What an import understood of a file, for people to look at before anything is taken.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/import/contact_batch.h"

namespace linebook {

/// How many rows, or cards, are shown.
inline constexpr std::size_t max_understood_rows = 5;

/// Each column beside what it became, and the first rows as they would be taken. `unit`: "rows".
std::string understood_table(std::vector<std::pair<std::string, std::string>> const& columns,
                             ContactBatch const&, std::string_view unit);

}  // namespace linebook

// What an import understood of a file, for people to look at before anything is taken.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/ports/import_desk.h"
#include "cli/import/contact_batch.h"

namespace linebook {

/// Each column beside what it became, and the first rows as they would be taken. `unit`: "rows".
std::string understood_table(std::vector<std::pair<std::string, std::string>> const& columns,
                             ContactBatch const&, std::string_view unit);

/// The same rows in parts.
std::vector<UnderstoodRow> understood_rows(ContactBatch const&);

}  // namespace linebook

// What an import did with one row or one person.
#pragma once

#include <string_view>

namespace linebook {

enum class ImportOutcome { added, updated, unchanged };

std::string_view to_string(ImportOutcome);

}  // namespace linebook

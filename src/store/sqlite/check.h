// SQLite's own checks of a file, table by table, beside whoever writes to it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/ports/database_check.h"

namespace linebook::sqlite {

/// Files that do not exist are passed over. Each table is looked at in a snapshot of its own, so that the
/// log is not kept from being reset for longer than that. What is damaged beyond reading is a fault, too.
/// Throws what `progress` throws.
DatabaseVerdict check_files(std::vector<std::filesystem::path> const& files, std::string const& vfs,
                            CheckProgress const&);

}  // namespace linebook::sqlite

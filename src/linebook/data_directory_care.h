// What is looked after in a data directory whenever somebody takes it over.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/sqlite/data_directory.h"

namespace linebook {

/// Beside the database: what `restore` copies the backup to before it takes the database's place.
inline constexpr std::string_view restore_draft_name = "restore.tmp";

/// Deletes the drafts that killed backups, restores and imports of lists left: each may be as large as the
/// database. The lock tells that nobody is at work on them.
void delete_leftovers(DataDirectory const&);

/// What is wrong where others than the owner can look into the directory: it holds names, numbers and the
/// master key.
std::optional<std::string> openness(std::string const& directory);

}  // namespace linebook

// Copies an open database, as of one moment, into a new file of its own.
#pragma once

#include <filesystem>
#include <string>

#include "app/ports/backup.h"

namespace linebook::sqlite {

/// As Backups::copy_to says. `vfs` is the source's.
Result<void> copy_database(std::string const& source, std::string const& vfs,
                           std::filesystem::path const& file, CopyProgress const&);

}  // namespace linebook::sqlite

// Copies an open database, as of one moment, into a file of its own.
#pragma once

#include <string>

#include "store/sqlite/sqlite_store.h"

namespace linebook::sqlite {

Result<void> copy_database(std::string const& source, std::string const& vfs, std::string const& path,
                           SqliteStore::BackupProgress const&);

}  // namespace linebook::sqlite

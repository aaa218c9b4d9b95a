// Puts a backup in the place of an embedded installation's database.
#pragma once

#include <filesystem>
#include <string>

#include "app/ports/backup.h"

namespace linebook {

class SqliteRestores final : public Restores {
 public:
  /// `database` as DataDirectory::database() names it. The caller holds the directory's lock.
  explicit SqliteRestores(std::filesystem::path database) : database_(std::move(database)) {}

  /// Reads all of the file: some seconds a gigabyte.
  Result<BackupContents> inspect(std::filesystem::path const& file,
                                 std::function<bool()> const& gives_up = {}) override;
  std::filesystem::path database() const override { return database_; }
  Result<void> put_in_place(std::filesystem::path const& file, ExistingDatabase) override;

 private:
  std::filesystem::path const database_;
};

}  // namespace linebook

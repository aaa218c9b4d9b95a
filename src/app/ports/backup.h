// Copies of the books, and their way back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/result.h"

namespace linebook {

/// How far a copy has come. Called often; may throw to give up, which leaves no copy behind.
using CopyProgress = std::function<void(std::uint64_t bytes_done, std::uint64_t bytes_total)>;

/// A store that runs and can be copied meanwhile.
class Backups {
 public:
  virtual ~Backups() = default;

  /// Writes a consistent copy of everything committed into the new file `file`, durable on return. Requests
  /// go on meanwhile. An existing file is refused: whoever may replace
  /// one decides that where the copy goes in the end. On failure nothing is left of it.
  virtual Result<void> copy_to(std::filesystem::path const& file, CopyProgress const&) = 0;
};

/// What a backup says about itself once it was found whole.
struct BackupContents {
  std::string master_key_fingerprint;  // Secrets::fingerprint of the key that its secrets were sealed with
};

enum class ExistingDatabase { keep, replace };

/// A data directory that is locked and whose store is not open.
class Restores {
 public:
  virtual ~Restores() = default;

  /// Checks that `file` is a whole database of ours; the error says what is wrong with it. Also where
  /// `gives_up`, which is asked now and then, says so.
  virtual Result<BackupContents> inspect(std::filesystem::path const& file,
                                         std::function<bool()> const& gives_up = {}) = 0;
  /// Where the database is: its directory is where a copy that is to be put in place must lie.
  virtual std::filesystem::path database() const = 0;
  /// Moves `file`, which was inspected and lies beside database(), into its place, durably. already_exists
  /// when there is a database and it is to be kept.
  virtual Result<void> put_in_place(std::filesystem::path const& file, ExistingDatabase) = 0;
};

}  // namespace linebook

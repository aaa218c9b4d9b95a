// The one secret of an installation: every other key derives from it. A backup without it holds no secrets
// that anybody could open again.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "keyring/locked_bytes.h"

namespace linebook {

class MasterKey {
 public:
  static constexpr std::size_t size = 32;
  static constexpr std::size_t max_file = 4096;  // bytes; a key file holds 64 characters and a line end

  /// 64 hex digits, or base64 (either alphabet, padded or not) of 32 bytes; surrounding white space is
  /// ignored. The error never repeats any of the text.
  static Result<MasterKey> parse(std::string_view text);
  /// Reads a file that only its owner may read (mode 0600 or 0400), else refuses and says how to mend it.
  /// Not held to that: what lies in $CREDENTIALS_DIRECTORY, which systemd guards by other means
  /// (systemd.exec(5), LoadCredential).
  static Result<MasterKey> read(std::filesystem::path const& file);
  /// Makes a new key in `file`, which must not exist: mode 0600, durable (file and directory synced) on
  /// return.
  static Result<MasterKey> make(std::filesystem::path const& file);

  LockedBytes<size> const& bytes() const { return bytes_; }

 private:
  MasterKey() = default;
  LockedBytes<size> bytes_;
};

/// Where a key may come from; the first that is given counts.
struct MasterKeySources {
  std::optional<std::string> text;            // LINEBOOK_MASTER_KEY
  std::optional<std::filesystem::path> file;  // the setting master-key-file; else the credential, where it is
  std::filesystem::path own_file;             // DIR/master.key

  /// What systemd hands over under this name counts as if it were named by the setting.
  static constexpr std::string_view credential = "linebook.master-key";

  /// As the environment and the setting master-key-file, which may be empty, have them, for the data
  /// directory `directory`.
  static MasterKeySources from_environment(std::filesystem::path const& directory,
                                           std::string const& setting);

  /// Where the key that counts is, in words: a path, or the variable that holds it.
  std::string place() const;
};

/// What to do where no source has a key. Refuse when a database is there already: a new key would not open
/// its secrets, and would hide that the old one is missing.
enum class IfAbsent { make, refuse };

Result<MasterKey> load_master_key(MasterKeySources const&, IfAbsent);

}  // namespace linebook

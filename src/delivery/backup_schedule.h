// Backups by themselves: one a while, each verified before it has its name, the oldest removed. A directory
// that is full or gone is told of and tried again; nothing waits for it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "app/ports/backup.h"
#include "app/ports/clock.h"
#include "app/ports/safekeeping.h"

namespace linebook {

/// linebook-20261128T010000Z.db, from when it was begun; beside it the same with .sha256, for `sha256sum -c`.
struct ScheduledBackup {
  std::string name;
  Instant begun;

  static std::string name_at(Instant);
  static std::optional<ScheduledBackup> parse(std::string const& name);
};

/// Those in a directory, the oldest first. Throws std::filesystem::filesystem_error.
std::vector<ScheduledBackup> scheduled_backups(std::filesystem::path const& directory);

inline constexpr std::string_view checksum_suffix = ".sha256";

class BackupSchedule {
 public:
  static constexpr std::chrono::seconds retry_interval{30};

  struct Dependencies {
    Backups& backups;
    Restores& restores;  // inspects what was written
    Clock& clock;
    /// A file's SHA-256 in hexadecimal digits. Throws where it cannot be read.
    std::function<std::string(std::filesystem::path const&)> checksum;
    std::function<void(std::string_view)> log;
  };
  struct Plan {
    std::filesystem::path directory;  // made where there is none, though not those above it
    std::chrono::milliseconds every;
    std::size_t keep;
  };

  BackupSchedule(Dependencies, Plan);
  /// Gives up the backup at work.
  ~BackupSchedule();
  BackupSchedule(BackupSchedule const&) = delete;
  BackupSchedule& operator=(BackupSchedule const&) = delete;

  /// Any thread.
  BackupsReport report() const;

 private:
  void run();
  bool wait_for(std::chrono::milliseconds);
  bool is_stopping() const;
  bool is_from_the_future(ScheduledBackup const&) const;
  std::chrono::milliseconds until_next();
  void look_at_directory();
  void make_one();
  void write_checksum(std::string const& name, std::string const& sum);
  void remove_oldest();

  Dependencies deps_;
  Plan const plan_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  BackupsReport report_;
  std::thread thread_;
};

}  // namespace linebook

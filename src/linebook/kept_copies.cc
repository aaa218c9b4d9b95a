#include "linebook/kept_copies.h"

#include "base/data_directory_files.h"
#include "http/telemetry/log.h"
#include "linebook/file_checksum.h"

namespace linebook {
namespace {

void log_backups(std::string_view text) { http::log_event(http::Severity::warn, "backups", text); }

}  // namespace

KeptCopies::KeptCopies(OpenedInstallation& installation, ServeSettings const& settings)
    : installation_(installation), restores_(installation.directory() / database_file_name) {
  if (settings.backup_dir.empty()) return;
  schedule_.emplace(BackupSchedule::Dependencies{installation.as_seen_by_operator().backups, restores_,
                                                 installation.clock(), sha256_of_file, log_backups},
                    BackupSchedule::Plan{settings.backup_dir, settings.backup_every,
                                         static_cast<std::size_t>(settings.backup_keep)});
}

std::optional<BackupsReport> KeptCopies::backups() const {
  return schedule_ ? std::optional(schedule_->report()) : std::nullopt;
}

std::optional<ReplicaReport> KeptCopies::replica() const {
  auto const* watch = installation_.replica();
  return watch != nullptr ? watch->replica() : std::nullopt;
}

}  // namespace linebook

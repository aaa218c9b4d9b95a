// app/ports/safekeeping.h over an installation: its backups by themselves, and its store's replica.
#pragma once

#include <optional>

#include "app/ports/safekeeping.h"
#include "delivery/backup_schedule.h"
#include "linebook/opened_installation.h"
#include "store/sqlite/restores.h"

namespace linebook {

class KeptCopies final : public Safekeeping {
 public:
  KeptCopies(OpenedInstallation&, ServeSettings const&);

  std::optional<BackupsReport> backups() const override;
  std::optional<ReplicaReport> replica() const override;
  /// No more backups; that at work is given up.
  void stop() { schedule_.reset(); }

 private:
  OpenedInstallation& installation_;
  SqliteRestores restores_;
  std::optional<BackupSchedule> schedule_;
};

}  // namespace linebook

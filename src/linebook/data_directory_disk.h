// app/ports/node_disk.h over a data directory.
#pragma once

#include <string>
#include <utility>

#include "app/ports/node_disk.h"

namespace linebook {

class DataDirectoryDisk final : public NodeDisk {
 public:
  explicit DataDirectoryDisk(std::string directory) : directory_(std::move(directory)) {}
  std::optional<DiskReport> report() const override;

 private:
  std::string directory_;
};

}  // namespace linebook

// The disk under a node, as an operator asks about it.
#pragma once

#include <cstdint>
#include <optional>

namespace linebook {

struct DiskReport {
  std::int64_t bytes = 0;       // of the disk that the data directory lies on
  std::int64_t free_bytes = 0;  // that this process may still write
  /// With what was written and not folded in yet; nothing where the database is elsewhere.
  std::optional<std::int64_t> database_bytes;
};

class NodeDisk {
 public:
  virtual ~NodeDisk() = default;
  /// Any thread. Nothing where the disk does not answer.
  virtual std::optional<DiskReport> report() const = 0;
};

}  // namespace linebook

// When the log is copied over into the database file, by its pages that are not there yet.
#pragma once

namespace linebook {

struct CheckpointBounds {
  int idle_pages = 1000;  // once nothing has happened for a moment
  int busy_pages = 4000;  // at the latest (16 MiB)
};

}  // namespace linebook

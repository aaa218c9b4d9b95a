// When the log is copied over into the database file, by its pages that are not there yet.
#pragma once

namespace linebook {

struct CheckpointBounds {
  int idle_pages = 1000;  // once nothing has happened for a moment
  int busy_pages = 2000;  // at the latest (8 MiB): what a copy makes others wait for
};

}  // namespace linebook

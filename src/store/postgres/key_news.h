// How nodes hear of each other's revoked keys and suspended accounts. Each change moves a generation in the
// database, in whose order they become visible, and is written down under it.
#pragma once

#include <cstdint>

#include "app/ports/key_changes.h"
#include "store/postgres/connection.h"

namespace linebook::postgres {

std::int64_t read_keys_generation(Connection&);

/// Puts `changes` down under the next generation, as one of a transaction's last statements.
void queue_key_changes(Connection&, KeyChanges const&);

/// What became visible since the last look. One thread.
class KeyNews {
 public:
  /// More changes at once than this are not told one by one.
  static constexpr std::int64_t max_told = 1000;

  explicit KeyNews(std::int64_t generation) : seen_(generation) {}
  KeyChanges read(Connection&);

 private:
  std::int64_t seen_;
};

}  // namespace linebook::postgres

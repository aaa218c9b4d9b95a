// Counts commits, so that readers know when their snapshot is out of date. Bumped after COMMIT and before any
// of its jobs is answered: a read that starts after an answer sees what was answered.
#pragma once

#include <atomic>
#include <cstdint>

#include "store/jobs/key_change_log.h"
#include "store/jobs/ledger_news.h"

namespace linebook::sqlite {

struct CommitSequence {
  std::atomic<std::uint64_t> commits{1};
  KeyChangeLog key_changes;
  LedgerNews ledger_news;
};

}  // namespace linebook::sqlite

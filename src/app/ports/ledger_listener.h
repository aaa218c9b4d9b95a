// Who is told when ledgers have grown, so that nobody has to ask a store again and again.
#pragma once

#include <span>

#include "base/id.h"

namespace linebook {

class LedgerListener {
 public:
  /// Entries of these accounts are committed, and every read that begins now sees them. A hint: what another
  /// node commits may be told late or never. Any thread; must be quick, and never waits for the store.
  virtual void ledgers_grew(std::span<AccountId const>) = 0;

 protected:
  ~LedgerListener() = default;
};

}  // namespace linebook

// The ledger: every change, appended in the transaction of the change itself, never altered.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/sealed_rows.h"
#include "base/id.h"
#include "domain/ledger/ledger_entry.h"

namespace linebook {

struct LedgerFilter {
  std::optional<Entity> entity = {};
  std::optional<std::string> entity_id = {};
  std::optional<Action> action = {};
  std::optional<std::string> actor = {};
  std::optional<Instant> since = {};  // at or after
  std::optional<Instant> until = {};  // before
};

/// One page of a walk back through the ledger. A page may hold fewer than asked although more follow: a
/// filter that fits little looks at a bounded number of entries a page, and `next_before` tells where to go
/// on.
struct LedgerPage {
  std::vector<LedgerEntry> entries;         // newest first
  std::optional<std::int64_t> next_before;  // nothing: the walk is done
};

class Ledger : public SealedRows {
 public:
  /// Gives the entry the account's next sequence. `at` is moved up to the last entry's where a clock went
  /// back.
  virtual void append(AccountId, LedgerEntry const&) = 0;

  virtual LedgerPage newest(AccountId, LedgerFilter const&, std::optional<std::int64_t> before,
                            std::int64_t limit) const = 0;
  /// Where these accounts' ledgers end, in the order asked for; 0 where one is empty.
  virtual std::vector<std::int64_t> heads(std::span<AccountId const>) const = 0;
  /// Oldest first, sequences above `after`: for whoever follows the ledger. No gaps, no misses.
  virtual std::vector<LedgerEntry> following(AccountId, std::int64_t after, std::int64_t limit) const = 0;
  /// In order of what they tell of, byte by byte of its id, and then oldest first; after that entry of that
  /// thing.
  virtual std::vector<LedgerEntry> by_entity(AccountId, std::string_view entity_id, std::int64_t after,
                                             std::int64_t limit) const = 0;
};

}  // namespace linebook

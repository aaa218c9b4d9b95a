// The ledger: every change, appended in the transaction of the change itself, never altered.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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

/// A run of sealed entries, `first_sequence`..`last_sequence`. `chain` is the keyed hash over the chain
/// before it and every entry in it; `entry_macs` holds eight bytes an entry, so that a fault can be named to
/// the entry.
struct LedgerSeal {
  std::int64_t first_sequence = 0;
  std::int64_t last_sequence = 0;
  std::string chain;       // 32 bytes
  std::string entry_macs;  // 8 bytes an entry
};

/// An entry as stored, byte for byte, for sealing and verifying: what the hash covers.
struct StoredEntry {
  std::int64_t sequence;
  std::string canonical;  // every column, length-prefixed
};

class Ledger {
 public:
  virtual ~Ledger() = default;

  /// Gives the entry the account's next sequence. `at` is moved up to the last entry's where a clock went
  /// back.
  virtual void append(AccountId, LedgerEntry const&) = 0;

  virtual LedgerPage newest(AccountId, LedgerFilter const&, std::optional<std::int64_t> before,
                            std::int64_t limit) const = 0;
  /// Oldest first, sequences above `after`: for whoever follows the ledger. No gaps, no misses.
  virtual std::vector<LedgerEntry> following(AccountId, std::int64_t after, std::int64_t limit) const = 0;
  virtual std::int64_t last_sequence(AccountId) const = 0;

  virtual std::vector<StoredEntry> stored(AccountId, std::int64_t after, std::int64_t limit) const = 0;
  virtual std::optional<LedgerSeal> last_seal(AccountId) const = 0;
  virtual std::vector<LedgerSeal> seals(AccountId, std::int64_t after_sequence, std::int64_t limit) const = 0;
  virtual void append_seal(AccountId, LedgerSeal const&) = 0;
  /// Accounts whose last entries are not sealed yet.
  virtual std::vector<AccountId> unsealed_accounts() const = 0;
};

}  // namespace linebook

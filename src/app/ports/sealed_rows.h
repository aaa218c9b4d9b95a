// Rows that are numbered without gaps, never change, and are sealed in runs soon after they were committed:
// an account's ledger, and its decisions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"

namespace linebook {

/// A row as it lies in the store, for the keyed hash chain.
struct StoredRow {
  std::int64_t sequence = 0;
  std::string canonical;  // every column, each behind its length
};

struct Seal {
  std::int64_t first_sequence = 0;
  std::int64_t last_sequence = 0;
  std::string chain;     // 32 bytes
  std::string row_macs;  // eight bytes a row
};

/// What was forgotten by its age, with the keyed hash that only its forgetting makes.
struct Forgotten {
  std::int64_t up_to = 0;
  std::string mac;
};

class SealedRows {
 public:
  virtual ~SealedRows() = default;

  /// Where the rows end, by the store's own counter: 0 where there are none.
  virtual std::int64_t last_sequence(AccountId) const = 0;
  virtual std::vector<StoredRow> stored(AccountId, std::int64_t after, std::int64_t limit) const = 0;
  virtual std::optional<Seal> last_seal(AccountId) const = 0;
  virtual std::vector<Seal> seals(AccountId, std::int64_t after_sequence, std::int64_t limit) const = 0;
  /// Of which rows are not sealed yet.
  virtual std::vector<AccountId> unsealed_accounts() const = 0;
  /// Nothing where nothing is ever forgotten.
  virtual std::optional<Forgotten> forgotten(AccountId) const { return std::nullopt; }

  virtual void append_seal(AccountId, Seal const&) = 0;
};

}  // namespace linebook

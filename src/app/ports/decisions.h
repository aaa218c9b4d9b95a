// Decisions: numbered and sealed like the ledger's entries, never changed, kept five years.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "app/ports/sealed_rows.h"
#include "domain/reach/decision_record.h"

namespace linebook {

struct DecisionFilter {
  std::optional<TenDigits> number = {};
  std::optional<PersonId> person = {};  // a patient's or a doctor's
  std::optional<bool> allowed = {};
  std::optional<Channel> channel = {};
  std::optional<Instant> since = {};  // at or after
  std::optional<Instant> until = {};  // before
};

class Decisions : public SealedRows {
 public:
  /// Gives it the account's next place. The decision has its id.
  virtual void append(AccountId, Decision const&) = 0;

  virtual std::optional<Decision> find(AccountId, DecisionId const&) const = 0;
  /// Newest first, at most `limit`, before `before` where given.
  virtual std::vector<Decision> newest(AccountId, DecisionFilter const&,
                                       std::optional<DecisionId> const& before, std::int64_t limit) const = 0;
  /// Oldest first, for exports: places above `after`, and the place of the last one.
  struct Following {
    std::vector<Decision> decisions;
    std::int64_t last = 0;
  };
  virtual Following following(AccountId, std::int64_t after, std::int64_t limit) const = 0;

  /// The last row of the oldest seal that still has rows, where all of them are from before `before`.
  virtual std::optional<std::int64_t> due_to_be_forgotten(AccountId, Instant before) const = 0;
  /// Removes what stands up to there, and remembers the mark.
  virtual void forget(AccountId, Forgotten const&) = 0;
  /// Accounts that ever had decisions.
  virtual std::vector<AccountId> accounts() const = 0;
};

}  // namespace linebook

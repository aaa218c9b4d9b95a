// The keyed hash chain over an account's ledger: made soon after the entries, walked by `linebook audit
// verify`.
//
// A seal covers a run of entries. Its chain value is a keyed hash over the chain value before it and every
// entry in the run; beside it stand eight bytes of keyed hash for each entry, so that a fault can be named to
// the entry. Without the master key nobody can make either fit. What cutting off the newest seals together
// with their entries hides, a head exported earlier brings to light.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/ports/secrets.h"
#include "app/ports/store.h"

namespace linebook {

inline constexpr std::int64_t max_entries_per_seal = 1000;
inline constexpr std::size_t entry_mac_bytes = 8;

/// Seals up to max_entries_per_seal of the account's oldest unsealed entries in one seal; tells how many.
std::int64_t seal_ledger(Transaction&, AccountId, Secrets const&);

/// Seals everything that is not sealed, a transaction for each seal; hashes are made outside of it. May wait;
/// not on an I/O thread.
Result<std::int64_t> seal_all(Store&, Secrets const&);

struct LedgerHead {
  AccountId account;
  std::int64_t last_sequence = 0;
  std::string chain;  // 32 bytes

  bool operator==(LedgerHead const&) const = default;
};

/// The newest seal's end; nothing where no entry is sealed.
std::optional<LedgerHead> ledger_head(Transaction const&, AccountId);

enum class LedgerFault {
  altered,        // an entry is not as it was sealed
  removed,        // an entry is missing
  inserted,       // an entry stands where none was sealed
  cut_off,        // entries that a seal or an exported head covers are gone from the end
  seal_altered,   // a seal is not as it was made
  seal_removed,   // a seal is missing between others
  head_mismatch,  // the ledger went another way than an exported head says
};

std::string_view to_string(LedgerFault);

struct LedgerFinding {
  LedgerFault fault;
  std::int64_t first_sequence;
  std::int64_t last_sequence;
};

struct LedgerVerdict {
  std::int64_t entries = 0;  // looked at
  std::int64_t seals = 0;
  std::int64_t unsealed = 0;  // entries at the end that no seal covers yet
  std::vector<LedgerFinding> findings;

  bool sound() const { return findings.empty(); }
};

/// Verifying stops at this many findings.
inline constexpr std::size_t max_ledger_findings = 1000;

/// Walks every entry and seal of the account, in constant memory, as of one snapshot. `progress` is told how
/// many entries were looked at.
LedgerVerdict verify_ledger(Transaction const&, AccountId, Secrets const&,
                            std::vector<LedgerHead> const& exported,
                            std::function<void(std::int64_t)> const& progress);

}  // namespace linebook

// The keyed hash chain over an account's ledger, and the one over its decisions: made soon after the rows,
// walked by `linebook audit verify`.
//
// A seal covers a run of rows. Its chain value is a keyed hash over the chain value before it and every row
// in the run; beside it stand eight bytes of keyed hash for each row, so that a fault can be named to the
// row. Without the master key nobody can make either fit. What cutting off the newest seals together with
// their rows hides, a head exported earlier brings to light.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/ports/secrets.h"
#include "app/ports/store.h"

namespace linebook {

inline constexpr std::int64_t max_rows_per_seal = 1000;
inline constexpr std::size_t row_mac_bytes = 8;

/// Which rows.
enum class SealedBook { ledger, decisions };
inline constexpr SealedBook all_sealed_books[] = {SealedBook::ledger, SealedBook::decisions};

/// "ledger", "decisions"
std::string_view to_string(SealedBook);
std::optional<SealedBook> parse_sealed_book(std::string_view);

SealedRows& rows_of(Transaction&, SealedBook);
SealedRows const& rows_of(Transaction const&, SealedBook);

/// Seals up to max_rows_per_seal of the account's oldest unsealed rows in one seal; tells how many.
std::int64_t seal_rows(Transaction&, SealedBook, AccountId, Secrets const&);

/// Seals everything that is not sealed in either book, a transaction for each seal; hashes are made outside
/// of it. May wait; not on an I/O thread.
Result<std::int64_t> seal_all(Store&, Secrets const&);

struct SealedHead {
  SealedBook book = SealedBook::ledger;
  AccountId account;
  std::int64_t last_sequence = 0;
  std::string chain;  // 32 bytes

  bool operator==(SealedHead const&) const = default;
};

/// The newest seal's end; nothing where no row is sealed.
std::optional<SealedHead> sealed_head(Transaction const&, SealedBook, AccountId);

/// The keyed hash over the mark behind which decisions were forgotten.
std::string forgotten_mac(AccountId, std::int64_t up_to, Secrets const&);

enum class SealFault {
  altered,        // an entry is not as it was sealed
  removed,        // an entry is missing
  inserted,       // an entry stands where none was sealed
  cut_off,        // entries that a seal or an exported head covers are gone from the end
  seal_altered,   // a seal is not as it was made
  seal_removed,   // a seal is missing between others
  head_mismatch,  // the rows went another way than an exported head says
  mark_altered,   // more is said to be forgotten than was
};

std::string_view to_string(SealFault);

struct SealFinding {
  SealFault fault;
  std::int64_t first_sequence;
  std::int64_t last_sequence;
};

struct SealVerdict {
  std::int64_t entries = 0;  // looked at
  std::int64_t seals = 0;
  std::int64_t unsealed = 0;  // entries at the end that no seal covers yet
  std::vector<SealFinding> findings;

  bool sound() const { return findings.empty(); }
};

/// Verifying stops at this many findings.
inline constexpr std::size_t max_seal_findings = 1000;

/// Walks every entry and seal of the account, in constant memory, as of one snapshot. `progress` is told how
/// many entries were looked at.
SealVerdict verify_seals(Transaction const&, SealedBook, AccountId, Secrets const&,
                         std::vector<SealedHead> const& exported,
                         std::function<void(std::int64_t)> const& progress);

}  // namespace linebook

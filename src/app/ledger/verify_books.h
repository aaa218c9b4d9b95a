// The books beside the ledger: every row must be what the account's entries come to, and every thing that
// they tell of must have its row.
//
// What the ledger does not tell is not compared: times, tokens' hashes, sealed secrets and words (beyond that
// a secret stands although no entry ever told of one), what a list is to call, what carriers are still to be
// asked, do-not-calls that outlived their entries, consents' effects.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/store.h"

namespace linebook {

enum class BookFault {
  missing,                  // the ledger tells of it, and there is no row
  slipped_in,               // a row that no entry made, or one that stands although it was deleted
  differs,                  // a field is not as the last entry that told of it says
  unreadable,               // a row that no version of Linebook writes
  found_otherwise,          // an entry found a field other than the entries before it had left it
  not_as_derived,           // a column, or a total, does not follow from the rest
  not_in_service,           // a line's number is not in service for it
  in_service_without_line,  // a number is in service for a line that does not have it
  pool_disagrees            // a pool number and the line that holds it do not fit each other
};
std::string_view to_string(BookFault);

struct BookFinding {
  BookFault fault;
  std::string book;           // "contact_number"
  std::string id;             // personal ones hidden in part
  std::string field = {};     // empty: the whole row
  std::int64_t sequence = 0;  // of the entry that tells of it last; 0 where none does
};

struct BookVerdict {
  std::int64_t entries = 0;  // looked at
  std::int64_t rows = 0;     // likewise
  std::vector<BookFinding> findings;

  bool sound() const { return findings.empty(); }
};

/// Verifying stops at this many findings.
inline constexpr std::size_t max_book_findings = 1000;

/// Walks the account's ledger and its books side by side, in constant memory, as of one snapshot. `progress`
/// is told how many entries were looked at. The ledger itself must be sound.
BookVerdict verify_books(Transaction const&, AccountId, Instant now,
                         std::function<void(std::int64_t)> const& progress);

}  // namespace linebook

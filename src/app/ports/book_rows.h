// The books row by row, as the ledger would tell of them: for whoever compares the two.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "domain/ledger/ledger_entry.h"

namespace linebook {

struct BookRow {
  std::string id;                // as the ledger calls it
  std::optional<Fields> fields;  // nothing: no version of Linebook writes such a row
  std::string_view askew = {};   // a column that does not follow from the others, as it should
  bool has_ended = false;        // what the ledger calls gone may be kept as ended
};

/// Where tables that follow from one another do not.
enum class Disagreement {
  line_not_in_service,      // a line's number is missing among those in service, or another line has it there
  in_service_without_line,  // the id is the number
  pool_number_not_held,     // assigned to an account that has no such line; the id is the number
  line_without_pool_number,
  account_missing  // a ledger whose account is gone; the id is the account's
};

struct DisagreeingRow {
  Disagreement what;
  std::string id;
};

class BookRows {
 public:
  virtual ~BookRows() = default;

  /// Rows of the entity's book in order of their ids, byte by byte, after `after`; nothing: from the first.
  /// Nothing either where the entity has no book, or not in that account.
  virtual std::vector<BookRow> following(AccountId, Entity, std::optional<std::string> const& after,
                                         std::int64_t limit) const = 0;
  /// Of an account's own tables, or of those that all share where it is the installation's.
  virtual std::vector<DisagreeingRow> disagreements(AccountId, std::int64_t limit) const = 0;
};

}  // namespace linebook

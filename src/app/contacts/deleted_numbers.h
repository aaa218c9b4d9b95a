// Numbers that an import brought and that somebody took away here since, by deleting or by changing them: the
// next import of the same export must not bring them back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

#include "app/ports/store.h"
#include "domain/contacts/person.h"
#include "domain/numbers/ten_digits.h"

namespace linebook {

/// Read from the ledger, which alone remembers them. Grows with what was taken away, not with the book.
class DeletedNumbers {
 public:
  /// `import_actor`: whom the ledger names for the numbers that the import brought.
  DeletedNumbers(AccountId account, std::string_view import_actor)
      : account_(account), import_actor_(import_actor) {}

  /// Looks through what came into the ledger since the last time; the first time, through all of it.
  void catch_up(Transaction const&);
  /// Leaves unread what is in the ledger by now.
  void start_at_end(Transaction const&);

  bool has(PersonRef const&, TenDigits const&) const;

 private:
  void collect(Transaction const&, Action);
  void take(Transaction const&, LedgerEntry const&);

  AccountId account_;
  std::string import_actor_;
  std::int64_t looked_up_to_ = 0;            // sequence
  std::unordered_set<std::string> numbers_;  // "patient/pat_1/5551234567"
};

}  // namespace linebook

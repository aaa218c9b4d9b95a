// Finds contact numbers by any part of their ten digits. All that knows how is in here: a whole number goes
// through its unique index, anything shorter scans the account's numbers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/ports/contact_numbers.h"
#include "store/sqlite/connection.h"

namespace linebook::sqlite {

/// One page of ids out of all that fit.
template <class AnyId>
struct Matches {
  std::vector<AnyId> page;
  std::int64_t total = 0;  // exact
};

class DigitSearch {
 public:
  explicit DigitSearch(Connection& db) : db_(db) {}

  /// Newest first. The filter holds digits, or something else to look for, or both.
  Matches<ContactNumberId> numbers(AccountId, ContactNumberFilter const&, std::int64_t limit,
                                   std::int64_t offset) const;
  /// People of a type with at least one fitting number, newest person first.
  Matches<PersonId> people(AccountId, PersonType, std::string const& digits, std::int64_t limit,
                           std::int64_t offset) const;

 private:
  Connection& db_;
};

}  // namespace linebook::sqlite

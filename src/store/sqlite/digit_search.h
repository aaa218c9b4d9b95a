// Finds contact numbers by any part of their ten digits, or all of them. All that knows how is in here: a
// person's numbers go through their B-tree, everything else through the account's digit index.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/ports/contact_numbers.h"
#include "store/search/digit_indexes.h"
#include "store/sqlite/account_counters.h"
#include "store/sqlite/connection.h"

namespace linebook::sqlite {

/// One page of ids out of all that fit.
template <class AnyId>
struct Matches {
  std::vector<AnyId> page;
  std::int64_t total = 0;  // exact
};

/// Searches the snapshot that its connection holds. Throws what DigitIndexes::find throws.
class DigitSearch {
 public:
  DigitSearch(Connection& db, AccountCounters const& counters, DigitIndexes& indexes)
      : db_(db), counters_(counters), indexes_(indexes) {}

  /// Whether searches from now on may take the time to build an index.
  void when_absent(WhenAbsent what) { when_absent_ = what; }

  /// Newest first.
  Matches<ContactNumberId> numbers(AccountId, ContactNumberFilter const&, std::int64_t limit,
                                   std::int64_t offset) const;
  /// Oldest first, at most `limit`.
  std::vector<ContactNumberId> oldest_with(AccountId, TenDigits const&, std::int64_t limit) const;
  /// People of a type with at least one fitting number, newest person first.
  Matches<PersonId> people(AccountId, PersonType, std::string const& digits, std::int64_t limit,
                           std::int64_t offset) const;

 private:
  DigitMatches indexed(AccountId, DigitPattern const&, std::int64_t limit, std::int64_t offset) const;
  Matches<PersonId> people_with(AccountId, PersonType, std::vector<NumberKey> const&, std::int64_t limit,
                                std::int64_t offset) const;

  Connection& db_;
  AccountCounters const& counters_;
  DigitIndexes& indexes_;
  WhenAbsent when_absent_ = WhenAbsent::build;
};

}  // namespace linebook::sqlite

// Finds contact numbers by any part of their ten digits. A whole number and a person's numbers go through
// their B-tree, everything else through the account's digit index in this node's memory, which is brought up
// to the search's own snapshot by the account's ledger, whichever node wrote it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/ports/contact_numbers.h"
#include "store/postgres/session.h"
#include "store/search/digit_indexes.h"

namespace linebook::postgres {

/// One page of ids out of all that fit.
template <class AnyId>
struct Matches {
  std::vector<AnyId> page;
  std::int64_t total = 0;  // exact
};

class DigitSearch {
 public:
  DigitSearch(Session& session, DigitIndexes& indexes) : session_(session), indexes_(indexes) {}

  /// Newest first. Throws IndexNotBuilt where the session shares its thread, which building would hold up.
  Matches<ContactNumberId> numbers(AccountId, ContactNumberFilter const&, std::int64_t limit,
                                   std::int64_t offset) const;
  /// People of a type with at least one fitting number, newest person first.
  Matches<PersonId> people(AccountId, PersonType, std::string const& digits, std::int64_t limit,
                           std::int64_t offset) const;

 private:
  DigitMatches indexed(AccountId, DigitPattern const&, std::int64_t limit, std::int64_t offset) const;
  void build(AccountId, DigitIndex&) const;
  std::vector<NumberChange> changes(AccountId, std::int64_t after, std::int64_t head) const;
  Matches<ContactNumberId> scanned(AccountId, ContactNumberFilter const&, std::int64_t limit,
                                   std::int64_t offset) const;

  Session& session_;
  DigitIndexes& indexes_;
};

}  // namespace linebook::postgres

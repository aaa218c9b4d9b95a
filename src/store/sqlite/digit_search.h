// How contact numbers are searched for in the embedded database: a person's numbers through their B-tree,
// everything else through the account's digit index.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/search/digit_indexes.h"
#include "store/search/digit_search.h"
#include "store/sqlite/account_counters.h"
#include "store/sqlite/connection.h"

namespace linebook::sqlite {

class SqliteDigitSearch final : public DigitSearch {
 public:
  SqliteDigitSearch(Connection& db, AccountCounters const& counters, DigitIndexes& indexes)
      : db_(db), counters_(counters), indexes_(indexes) {}

  /// Whether searches from now on may take the time to build an index.
  void when_absent(WhenAbsent what) { when_absent_ = what; }

  std::vector<LinkedContactNumber> with_number(AccountId, TenDigits const&,
                                               std::int64_t limit) const override;
  std::vector<LinkedContactNumber> numbers_of(AccountId, std::vector<ContactNumberId> const&) const override;
  std::vector<Person> people_of(AccountId, PersonType, std::vector<PersonId> const&) const override;

 private:
  bool is_indexed(std::string_view) const override { return true; }
  DigitMatches indexed(AccountId, DigitPattern const&, std::int64_t limit,
                       std::int64_t offset) const override;
  std::vector<ContactNumberId> in_name_order(AccountId, std::vector<ContactNumberId> const&,
                                             std::int64_t limit, std::int64_t offset) const override;
  std::vector<ContactNumberId> walked_by_name(AccountId, ContactNumberFilter const&, std::int64_t limit,
                                              std::int64_t offset) const override;
  /// Of one person.
  Matches<ContactNumberId> numbers_read(AccountId, ContactNumberFilter const&, std::int64_t limit,
                                        std::int64_t offset) const override;
  Matches<PersonId> people_read(AccountId, PersonType, std::string const& digits, std::int64_t limit,
                                std::int64_t offset) const override;
  Matches<PersonId> people_with(AccountId, PersonType, std::vector<ContactNumberId> const&,
                                std::int64_t limit, std::int64_t offset) const override;

  Connection& db_;
  AccountCounters const& counters_;
  DigitIndexes& indexes_;
  WhenAbsent when_absent_ = WhenAbsent::build;
};

}  // namespace linebook::sqlite

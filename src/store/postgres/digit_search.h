// How contact numbers are searched for in PostgreSQL: a whole number and a person's numbers through their
// B-tree, everything else through the account's digit index in this node's memory, which is brought up to the
// search's own snapshot by the account's ledger, whichever node wrote it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/postgres/session.h"
#include "store/search/digit_indexes.h"
#include "store/search/digit_search.h"

namespace linebook::postgres {

class PostgresDigitSearch final : public DigitSearch {
 public:
  PostgresDigitSearch(Session& session, DigitIndexes& indexes) : session_(session), indexes_(indexes) {}

  std::vector<LinkedContactNumber> with_number(AccountId, TenDigits const&,
                                               std::int64_t limit) const override;
  std::vector<LinkedContactNumber> numbers_of(AccountId, std::vector<ContactNumberId> const&) const override;
  std::vector<Person> people_of(AccountId, PersonType, std::vector<PersonId> const&) const override;

 private:
  bool is_indexed(std::string_view digits) const override;
  /// Throws IndexNotBuilt where the session shares its thread, which building would hold up.
  DigitMatches indexed(AccountId, DigitPattern const&, std::int64_t limit,
                       std::int64_t offset) const override;
  std::vector<ContactNumberId> in_name_order(AccountId, std::vector<ContactNumberId> const&,
                                             std::int64_t limit, std::int64_t offset) const override;
  std::vector<ContactNumberId> walked_by_name(AccountId, ContactNumberFilter const&, std::int64_t limit,
                                              std::int64_t offset) const override;
  Matches<ContactNumberId> numbers_read(AccountId, ContactNumberFilter const&, std::int64_t limit,
                                        std::int64_t offset) const override;
  Matches<PersonId> people_read(AccountId, PersonType, std::string const& digits, std::int64_t limit,
                                std::int64_t offset) const override;
  Matches<PersonId> people_with(AccountId, PersonType, std::vector<ContactNumberId> const&,
                                std::int64_t limit, std::int64_t offset) const override;

  void build(AccountId, DigitIndex&) const;
  std::vector<NumberChange> changes(AccountId, std::int64_t after, std::int64_t head) const;

  Session& session_;
  DigitIndexes& indexes_;
};

}  // namespace linebook::postgres

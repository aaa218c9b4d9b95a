// Finds contact numbers by any part of their ten digits, or all of them: which way a search goes. An
// account's digit index serves most of them; a person's numbers, and what no index holds, are read from the
// database.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/contact_numbers.h"
#include "store/search/digit_index.h"

namespace linebook {

/// One page of ids out of all that fit.
template <class AnyId>
struct Matches {
  std::vector<AnyId> page;
  std::int64_t total = 0;  // exact
};

/// Searches the snapshot that its store's connection holds. What a store adds is how its database is read:
/// the virtual members. Throws what they throw.
class DigitSearch {
 public:
  virtual ~DigitSearch() = default;

  /// In the filter's order.
  Matches<ContactNumberId> numbers(AccountId, ContactNumberFilter const&, std::int64_t limit,
                                   std::int64_t offset) const;
  /// People of a type with at least one fitting number, newest person first.
  Matches<PersonId> people(AccountId, PersonType, std::string const& digits, std::int64_t limit,
                           std::int64_t offset) const;
  /// Oldest entry first, at most `limit`.
  virtual std::vector<LinkedContactNumber> with_number(AccountId, TenDigits const&,
                                                       std::int64_t limit) const = 0;
  /// Whether a page far down an unfiltered list comes out of the index, too.
  bool finds_all() const { return is_indexed({}); }

  // What a page of ids stands for, in its order.
  virtual std::vector<LinkedContactNumber> numbers_of(AccountId,
                                                      std::vector<ContactNumberId> const&) const = 0;
  virtual std::vector<Person> people_of(AccountId, PersonType, std::vector<PersonId> const&) const = 0;

 private:
  /// Whether a search for these digits goes through the index, where it is not for one person's numbers.
  virtual bool is_indexed(std::string_view digits) const = 0;
  /// Throws what DigitIndexes::find throws.
  virtual DigitMatches indexed(AccountId, DigitPattern const&, std::int64_t limit,
                               std::int64_t offset) const = 0;

  /// A page of these numbers, by the names of whose they are.
  virtual std::vector<ContactNumberId> in_name_order(AccountId, std::vector<ContactNumberId> const&,
                                                     std::int64_t limit, std::int64_t offset) const = 0;
  /// The same of all that fit, by a walk along the names.
  virtual std::vector<ContactNumberId> walked_by_name(AccountId, ContactNumberFilter const&,
                                                      std::int64_t limit, std::int64_t offset) const = 0;

  bool is_walked_sooner(AccountId, std::int64_t total, std::int64_t up_to) const;
  Matches<ContactNumberId> numbers_by_name(AccountId, ContactNumberFilter, std::int64_t limit,
                                           std::int64_t offset) const;

  // Without the index, in the order of numbers() and people(). No numbers by name: a person has one.
  virtual Matches<ContactNumberId> numbers_read(AccountId, ContactNumberFilter const&, std::int64_t limit,
                                                std::int64_t offset) const = 0;
  virtual Matches<PersonId> people_read(AccountId, PersonType, std::string const& digits, std::int64_t limit,
                                        std::int64_t offset) const = 0;
  /// The people of a type who have these numbers.
  virtual Matches<PersonId> people_with(AccountId, PersonType, std::vector<ContactNumberId> const&,
                                        std::int64_t limit, std::int64_t offset) const = 0;
};

/// What an index is made of.
inline constexpr std::string_view indexed_columns =
    "id, number, phone_type, is_primary, verified, do_not_call, person_type";

/// What an index knows of a number, out of a row that offers get<T>(column): the columns behind the id in
/// `indexed_columns`, from `first` on.
template <class Row>
IndexedNumber indexed_number_of(Row const& row, NumberKey const& key, int first) {
  return {.key = key,
          .digits = row.template get<TenDigits>(first),
          .phone_type = row.template get<PhoneType>(first + 1),
          .primary = row.template get<bool>(first + 2),
          .verified = row.template get<bool>(first + 3),
          .do_not_call = row.template get<bool>(first + 4),
          .person_type = row.template get<PersonType>(first + 5)};
}

}  // namespace linebook

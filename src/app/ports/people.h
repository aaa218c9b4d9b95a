// Patients and doctors, as a store keeps them. Const members read; the others change.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/contacts/person.h"
#include "domain/numbers/ten_digits.h"

namespace linebook {

/// What a list of people asks for. `last_key`/`first_key` are folded name prefixes (domain/name_key.h),
/// `digits` part of one of their numbers; at most one kind of search at a time.
struct PersonSearch {
  std::string last_key;
  std::string first_key;
  std::string digits;
};

template <class T>
struct CountedPage {
  std::vector<T> items;
  std::int64_t total = 0;  // exact, of the same snapshot as the items
};

/// A page further down a list than this looks at more than a page's rows: such a list is an unbounded read.
inline constexpr std::int64_t deep_offset = 1000;

/// Who fits all that is asked. Names are folded prefixes (domain/text/name_key.h).
struct PersonQuery {
  std::vector<PersonId> ids = {};  // one of these; empty: anybody
  std::string last_key = {};
  std::string first_key = {};
  std::string either_key = {};               // of the first or of the last name
  std::optional<TenDigits> number = {};      // has this number
  std::optional<std::string> npi = {};       // doctors only
  std::optional<Instant> changed_from = {};  // Person::changed_at
  std::optional<Instant> changed_before = {};

  bool asks_for_all() const { return ids.empty() && !asks_by_name() && !number && !npi && !asks_by_change(); }
  bool asks_by_name() const { return !last_key.empty() || !first_key.empty() || !either_key.empty(); }
  bool asks_by_change() const { return changed_from || changed_before; }
};

/// A number is looked for on no more entries than these.
inline constexpr std::int64_t max_entries_of_a_number = 10'000;
inline constexpr std::size_t max_ids_asked_for = 100;
/// An NPI is one person's, but nobody prevents that several say it.
inline constexpr std::int64_t max_people_of_an_npi = 1'000;

class People {
 public:
  virtual ~People() = default;

  virtual std::optional<Person> find(AccountId, PersonRef const&) const = 0;
  /// Newest first; by name where a name is searched for.
  virtual CountedPage<Person> list(AccountId, PersonType, PersonSearch const&, std::int64_t limit,
                                   std::int64_t offset) const = 0;
  /// In order of id, those behind `after`, with the total from the first on. An unbounded read where names or
  /// changes are asked for.
  virtual CountedPage<Person> search(AccountId, PersonType, PersonQuery const&, PersonId const& after,
                                     std::int64_t limit) const = 0;
  /// In order of id, those behind `after` that changed at `changed_from` or later, at most `limit`: for
  /// exports. Looks at everybody once in the course of a whole walk.
  virtual std::vector<Person> walk(AccountId, PersonType, PersonId const& after, Instant changed_from,
                                   std::int64_t limit) const = 0;

  /// The id at which such a page would end: of the last of `limit`, or of all who are left; nothing where
  /// nobody is.
  virtual std::optional<PersonId> page_end(AccountId, PersonType, PersonId const& after, Instant changed_from,
                                           std::int64_t limit) const = 0;

  virtual void insert(AccountId, Person const&) = 0;
  virtual void update(AccountId, Person const&) = 0;
};

}  // namespace linebook

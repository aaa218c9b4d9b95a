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

class People {
 public:
  virtual ~People() = default;

  virtual std::optional<Person> find(AccountId, PersonRef const&) const = 0;
  /// Newest first; by name where a name is searched for.
  virtual CountedPage<Person> list(AccountId, PersonType, PersonSearch const&, std::int64_t limit,
                                   std::int64_t offset) const = 0;
  virtual void insert(AccountId, Person const&) = 0;
  virtual void update(AccountId, Person const&) = 0;
};

}  // namespace linebook

// A filter of the contact book that an account keeps under a name: what is listed, of whom, in which order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/instant.h"
#include "domain/contacts/contact_number.h"
#include "domain/contacts/person.h"

namespace linebook {

using SavedListId = Id<struct SavedListKind>;  // "sl_…"

inline constexpr std::int64_t max_saved_lists = 200;       // of one account
inline constexpr std::size_t max_saved_list_search = 100;  // characters

enum class Listed { phone_numbers, patients, doctors };
std::string_view to_string(Listed);
std::optional<Listed> parse_listed(std::string_view);

/// What is empty is not asked for.
struct SavedFilter {
  std::optional<std::string> search = {};  // digits of a number, or what a name begins with
  std::optional<PersonType> person_type = {};
  std::optional<PhoneType> phone_type = {};
  std::optional<bool> primary = {};
  std::optional<bool> verified = {};
  std::optional<bool> do_not_call = {};

  bool operator==(SavedFilter const&) const = default;
};

struct SavedList {
  SavedListId id;
  std::string name;
  Listed of = Listed::phone_numbers;
  SavedFilter filter = {};
  NumberOrder sort = NumberOrder::newest;
  Instant created_at{};
  Instant updated_at{};

  bool operator==(SavedList const&) const = default;
};

/// Only numbers are filtered and sorted by more than a search.
bool asks_of_numbers_alone(SavedFilter const&);

}  // namespace linebook

// A person as a row, and asking for several of them.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/contacts/person.h"
#include "store/books/session/session.h"
#include "store/encoding/spelled_columns.h"

namespace linebook::books {

inline constexpr std::string_view person_columns =
    "p.person_type, p.id, p.first_name, p.last_name, p.email, p.timezone, p.contact_window, p.date_of_birth,"
    " p.gender, p.active, p.deceased, p.npi, p.created_at, p.updated_at, p.state, p.changed_at";

/// `first`: where the person's columns begin.
template <class Row>
Person person_at(Row const& row, int first) {
  std::optional<ContactWindow> window;
  if (auto const text = row.template get<std::optional<std::string_view>>(first + 6)) {
    window = ContactWindow::parse(*text);
    if (!window) unreadable("contact window");
  }
  auto const updated_at = row.template get<Instant>(first + 13);
  return {.ref = {row.template get<PersonType>(first), row.template get<PersonId>(first + 1)},
          .first_name = row.template get<std::string>(first + 2),
          .last_name = row.template get<std::string>(first + 3),
          .email = row.template get<std::optional<std::string>>(first + 4),
          .timezone = row.template get<std::optional<std::string>>(first + 5),
          .contact_window = window,
          .state = row.template get<std::optional<std::string>>(first + 14),
          .date_of_birth = row.template get<std::optional<std::string>>(first + 7),
          .gender = row.template get<std::optional<Gender>>(first + 8),
          .active = row.template get<bool>(first + 9),
          .deceased = row.template get<bool>(first + 10),
          .npi = row.template get<std::optional<std::string>>(first + 11),
          .created_at = row.template get<Instant>(first + 12),
          .updated_at = updated_at,
          // Nodes of the version before schema 10 do not write it.
          .changed_at = std::max(row.template get<Instant>(first + 15), updated_at)};
}

template <class Row>
Person person_of(Row const& row) {
  return person_at(row, 0);
}

inline constexpr Statement person_by_id{
    "person_by_id", SQL("SELECT ", person_columns,
                        " FROM people p WHERE p.account_id = ?1 AND p.person_type = ?2 AND p.id = ?3{LOCK}")};

/// Has `ask` ask for each of the keys, and `take` the rows of each in their order: in one round trip where
/// questions travel.
template <class Session, class Key, class Ask, class Take>
void ask_for_each(std::vector<Key> const& keys, Ask const& ask, Take const& take) {
  if constexpr (Session::has_rivals) {
    std::vector<typename Session::Question> asked;
    asked.reserve(keys.size());
    for (auto const& key : keys) asked.push_back(ask(key));
    for (auto& question : asked) take(std::move(question).rows());
  } else {
    for (auto const& key : keys) take(ask(key).rows());
  }
}

/// Above every text that begins with `prefix`.
template <class Session>
std::string end_of_prefix(std::string prefix) {
  return prefix += Session::above_all_text;
}

}  // namespace linebook::books

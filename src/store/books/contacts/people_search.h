// Who fits a PersonQuery: which way a search goes, by what finds the fewest.
#pragma once

#include <algorithm>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/ports/people.h"
#include "domain/text/name_key.h"
#include "store/books/contacts/person_row.h"
#include "store/search/digit_search.h"

namespace linebook::books {

// A page and the total of those who fit come out of the same rows. All but the walk look at everybody who
// fits for each page: in an index that holds all that is asked, but for names together with a time.
inline constexpr std::string_view people_of_type = " WHERE account_id = ?1 AND person_type = ?2";
inline constexpr std::string_view changed_within = " AND changed_at >= ?3 AND changed_at < ?4";
inline constexpr std::string_view called_so =
    " AND last_key >= ?3 AND last_key < ?4 AND first_key >= ?5 AND first_key < ?6"
    " AND (last_key >= ?7 AND last_key < ?8 OR first_key >= ?7 AND first_key < ?8)";
inline constexpr std::string_view changed_too = " AND changed_at >= ?9 AND changed_at < ?10";
inline constexpr std::string_view as_people =
    " {CROSS JOIN} people p ON p.account_id = ?1 AND p.person_type = ?2 AND p.id = page.id ORDER BY p.id";
inline constexpr std::string_view ids_by_name = "SELECT id FROM people{INDEXED BY people_by_name}";
inline constexpr std::string_view count_by_name = "SELECT count(*) FROM people{INDEXED BY people_by_name}";
inline constexpr Statement people_called{
    "people_called", SQL("SELECT ", person_columns, " FROM (", ids_by_name, people_of_type, called_so,
                         " AND id > ?9 ORDER BY id LIMIT ?10) page", as_people)};
inline constexpr Statement people_called_total{"people_called_total",
                                               SQL(count_by_name, people_of_type, called_so)};
inline constexpr Statement people_called_changed{
    "people_called_changed", SQL("SELECT ", person_columns, " FROM (", ids_by_name, people_of_type, called_so,
                                 changed_too, " AND id > ?11 ORDER BY id LIMIT ?12) page", as_people)};
inline constexpr Statement people_called_changed_total{
    "people_called_changed_total", SQL(count_by_name, people_of_type, called_so, changed_too)};
inline constexpr Statement people_changed{
    "people_changed",
    SQL("SELECT ", person_columns, " FROM (SELECT id FROM people{INDEXED BY people_by_change}",
        people_of_type, changed_within, " AND id > ?5 ORDER BY id LIMIT ?6) page", as_people)};
inline constexpr Statement people_changed_total{
    "people_changed_total",
    SQL("SELECT count(*) FROM people{INDEXED BY people_by_change}", people_of_type, changed_within)};
inline constexpr Statement people_with_npi{
    "people_with_npi", SQL("SELECT ", person_columns,
                           " FROM people p{INDEXED BY people_by_npi} WHERE p.account_id = ?1 AND p.npi = ?2"
                           " AND p.person_type = ?3 ORDER BY p.id LIMIT ?4")};
/// One search of an account's people of a type.
template <class Session>
class PeopleSearch {
 public:
  PeopleSearch(Session& session, DigitSearch const& search, AccountId account, PersonType type)
      : session_(session), search_(search), account_(account), type_(type) {}

  /// `query` asks for something.
  CountedPage<Person> page(PersonQuery const& query, PersonId const& after, std::int64_t limit) const {
    if (query.number) return fitting(with_number(*query.number), query, after, limit);
    if (!query.ids.empty()) return fitting(with_ids(query.ids), query, after, limit);
    if (query.npi) return fitting(with_npi(*query.npi), query, after, limit);
    return query.asks_by_name() ? called(query, after, limit) : changed(query, after, limit);
  }

 private:
  using Row = typename Session::Row;

  /// Every time that a column can hold, the last one left out.
  static constexpr std::pair<Instant, Instant> all_times{{std::numeric_limits<std::int64_t>::min()},
                                                         {std::numeric_limits<std::int64_t>::max()}};

  CountedPage<Person> called(PersonQuery const& query, PersonId const& after, std::int64_t limit) const {
    auto const from = query.changed_from.value_or(all_times.first);
    auto const before = query.changed_before.value_or(all_times.second);
    auto const last_end = end_of_prefix<Session>(query.last_key);
    auto const first_end = end_of_prefix<Session>(query.first_key);
    auto const either_end = end_of_prefix<Session>(query.either_key);
    if (!query.asks_by_change()) {
      auto page = session_.ask(people_called, account_, type_, query.last_key, last_end, query.first_key,
                               first_end, query.either_key, either_end, after, limit);
      auto total = session_.ask(people_called_total, account_, type_, query.last_key, last_end,
                                query.first_key, first_end, query.either_key, either_end);
      return {std::move(page).rows().all(person_of<Row>), std::move(total).rows().number()};
    }
    auto page =
        session_.ask(people_called_changed, account_, type_, query.last_key, last_end, query.first_key,
                     first_end, query.either_key, either_end, from, before, after, limit);
    auto total = session_.ask(people_called_changed_total, account_, type_, query.last_key, last_end,
                              query.first_key, first_end, query.either_key, either_end, from, before);
    return {std::move(page).rows().all(person_of<Row>), std::move(total).rows().number()};
  }

  CountedPage<Person> changed(PersonQuery const& query, PersonId const& after, std::int64_t limit) const {
    auto const from = query.changed_from.value_or(all_times.first);
    auto const before = query.changed_before.value_or(all_times.second);
    auto page = session_.ask(people_changed, account_, type_, from, before, after, limit);
    auto total = session_.ask(people_changed_total, account_, type_, from, before);
    return {std::move(page).rows().all(person_of<Row>), std::move(total).rows().number()};
  }

  /// Each once, in order of id.
  std::vector<Person> with_ids(std::vector<PersonId> ids) const {
    std::ranges::sort(ids);
    auto const twice = std::ranges::unique(ids);
    ids.erase(twice.begin(), twice.end());
    std::vector<Person> people;
    auto const ask = [&](PersonId const& id) { return session_.ask(person_by_id, account_, type_, id); };
    ask_for_each<Session>(ids, ask, [&](auto&& rows) {
      if (auto person = std::move(rows).one(person_of<Row>)) people.push_back(std::move(*person));
    });
    return people;
  }

  std::vector<Person> with_number(TenDigits const& number) const {
    std::vector<PersonId> ids;
    for (auto& linked : search_.with_number(account_, number, max_entries_of_a_number))
      if (linked.number.person.type == type_) ids.push_back(std::move(linked.number.person.id));
    return with_ids(std::move(ids));
  }

  std::vector<Person> with_npi(std::string const& npi) const {
    return session_.query(people_with_npi, account_, npi, type_, max_people_of_an_npi).all(person_of<Row>);
  }

  static bool fits(Person const& person, PersonQuery const& query) {
    auto const last_key = name_key(person.last_name);
    auto const first_key = name_key(person.first_name);
    return (query.ids.empty() || std::ranges::find(query.ids, person.ref.id) != query.ids.end()) &&
           (!query.npi || person.npi == query.npi) && last_key.starts_with(query.last_key) &&
           first_key.starts_with(query.first_key) &&
           (last_key.starts_with(query.either_key) || first_key.starts_with(query.either_key)) &&
           (!query.changed_from || person.changed_at >= *query.changed_from) &&
           (!query.changed_before || person.changed_at < *query.changed_before);
  }

  /// The page of `candidates`, few and in order of id, that fit the rest of the query.
  CountedPage<Person> fitting(std::vector<Person> candidates, PersonQuery const& query, PersonId const& after,
                              std::int64_t limit) const {
    std::erase_if(candidates, [&](Person const& person) { return !fits(person, query); });
    CountedPage<Person> page{{}, std::ssize(candidates)};
    auto const behind = std::ranges::upper_bound(
        candidates, after, {}, [](Person const& person) -> PersonId const& { return person.ref.id; });
    auto const end = behind + std::min<std::ptrdiff_t>(limit, candidates.end() - behind);
    page.items.assign(std::make_move_iterator(behind), std::make_move_iterator(end));
    return page;
  }

  Session& session_;
  DigitSearch const& search_;
  AccountId account_;
  PersonType type_;
};

}  // namespace linebook::books

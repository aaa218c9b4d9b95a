// Patients and doctors. A person is what use cases of the contact book decide about: numbers, primaries and
// remembered do-not-calls all stand while their person is held.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/ports/people.h"
#include "domain/text/name_key.h"
#include "store/books/contacts/people_search.h"
#include "store/books/contacts/person_row.h"
#include "store/books/session/session.h"
#include "store/encoding/spelled_columns.h"
#include "store/search/digit_search.h"

namespace linebook::books {

inline std::optional<std::string> stored(std::optional<ContactWindow> const& window) {
  if (!window) return std::nullopt;
  return window->str();
}

inline constexpr Statement lock_person{
    "lock_person", SQL("SELECT 1 FROM people WHERE account_id = ?1 AND person_type = ?2 AND id = ?3{HOLD}")};
// The skipped part of a deep page is walked in the index alone.
inline constexpr Statement people_newest{
    "people_newest",
    SQL("SELECT ", person_columns,
        " FROM (SELECT id FROM people{INDEXED BY people_by_age} WHERE account_id = ?1 AND person_type = ?2"
        "       ORDER BY created_at DESC, id DESC LIMIT ?3 OFFSET ?4) page"
        " {CROSS JOIN} people p ON p.account_id = ?1 AND p.person_type = ?2 AND p.id = page.id"
        " ORDER BY p.created_at DESC, p.id DESC")};
inline constexpr Statement people_total{"people_total",
                                        SQL("SELECT CASE ?2 WHEN 'patient' THEN patients ELSE doctors END"
                                            " FROM {TOTALS} WHERE account_id = ?1")};
inline constexpr std::string_view people_so_named =
    " FROM people{INDEXED BY people_by_name} WHERE account_id = ?1 AND person_type = ?2"
    " AND last_key >= ?3 AND last_key < ?4 AND first_key >= ?5 AND first_key < ?6";
inline constexpr Statement people_named{
    "people_named",
    SQL("SELECT ", person_columns, " FROM (SELECT id", people_so_named,
        " ORDER BY last_key, first_key, id LIMIT ?7 OFFSET ?8) page"
        " {CROSS JOIN} people p ON p.account_id = ?1 AND p.person_type = ?2 AND p.id = page.id"
        " ORDER BY p.last_key, p.first_key, p.id")};
inline constexpr Statement people_named_total{"people_named_total", SQL("SELECT count(*)", people_so_named)};

inline constexpr Statement insert_person{
    "insert_person",
    SQL("INSERT INTO people (account_id, person_type, id, first_name, last_name, first_key, last_key, email,"
        " timezone, contact_window, date_of_birth, gender, active, deceased, npi, created_at, updated_at,"
        " state, changed_at) VALUES (?1..?18, ?17)")};
// created_at stays: a person's place in the lists is given once.
inline constexpr Statement update_person{
    "update_person",
    SQL("UPDATE people SET first_name = ?4, last_name = ?5, first_key = ?6, last_key = ?7, email = ?8,"
        " timezone = ?9, contact_window = ?10, date_of_birth = ?11, gender = ?12, active = ?13, deceased = "
        "?14,"
        " npi = ?15, updated_at = ?16, state = ?17, changed_at = {GREATEST}(changed_at, ?16)"
        " WHERE account_id = ?1 AND person_type = ?2 AND id = ?3")};

// What a number's change does to its person.
inline constexpr Statement move_person_changed_at{
    "move_person_changed_at",
    SQL("UPDATE people SET changed_at = ?4"
        " WHERE account_id = ?1 AND person_type = ?2 AND id = ?3 AND changed_at < ?4")};

inline constexpr Statement people_walk{
    "people_walk", SQL("SELECT ", person_columns,
                       " FROM people p WHERE p.account_id = ?1 AND p.person_type = ?2 AND p.id > ?3"
                       " AND p.changed_at >= ?4 ORDER BY p.id LIMIT ?5")};

inline constexpr Statement people_page_end{
    "people_page_end",
    SQL("SELECT max(id) FROM (SELECT id FROM people WHERE account_id = ?1"
        " AND person_type = ?2 AND id > ?3 AND changed_at >= ?4 ORDER BY id LIMIT ?5) page")};

/// Keeps every other job on every node from changing the person's numbers until this job's transaction has
/// ended. Where there is no such person there is nothing to hold. Nothing for a job that only reads.
template <class Session>
void hold_person(Session& session, AccountId account, PersonRef const& ref) {
  if (session.claim(claim_on_person(account, ref)) != Claim::held_already)
    session.lock(lock_person, account, ref.type, ref.id);
}

template <class Session>
class PeopleBook final : public People {
 public:
  PeopleBook(Session& session, DigitSearch const& search) : session_(session), search_(search) {}

  std::optional<Person> find(AccountId account, PersonRef const& ref) const override {
    session_.claim(claim_on_person(account, ref));
    return session_.query(person_by_id, account, ref.type, ref.id).one(person_of<Row>);
  }

  CountedPage<Person> list(AccountId account, PersonType type, PersonSearch const& search, std::int64_t limit,
                           std::int64_t offset) const override {
    if (!search.digits.empty()) return by_digits(account, type, search.digits, limit, offset);
    if (!search.last_key.empty() || !search.first_key.empty())
      return by_name(account, type, search, limit, offset);
    return newest(account, type, limit, offset);
  }

  CountedPage<Person> search(AccountId account, PersonType type, PersonQuery const& query,
                             PersonId const& after, std::int64_t limit) const override {
    if (!query.asks_for_all())
      return PeopleSearch<Session>(session_, search_, account, type).page(query, after, limit);
    session_.settle();
    Instant const from{std::numeric_limits<std::int64_t>::min()};
    auto page = session_.ask(people_walk, account, type, after, from, limit);
    auto total = session_.ask(people_total, account, type);
    return {std::move(page).rows().all(person_of<Row>),
            std::move(total).rows().number() + session_.pending_totals(account).of(type)};
  }

  std::vector<Person> walk(AccountId account, PersonType type, PersonId const& after, Instant changed_from,
                           std::int64_t limit) const override {
    return session_.query(people_walk, account, type, after, changed_from, limit).all(person_of<Row>);
  }

  std::optional<PersonId> page_end(AccountId account, PersonType type, PersonId const& after,
                                   Instant changed_from, std::int64_t limit) const override {
    auto const end =
        session_.query(people_page_end, account, type, after, changed_from, limit).one([](Row const& row) {
          return row.template get<std::optional<std::string>>(0);
        });
    if (!end || !*end) return std::nullopt;
    return PersonId{**end};
  }

  void insert(AccountId account, Person const& p) override {
    session_.claim(claim_on_person(account, p.ref));
    session_.change(insert_person, account, p.ref.type, p.ref.id, p.first_name, p.last_name,
                    name_key(p.first_name), name_key(p.last_name), p.email, p.timezone,
                    stored(p.contact_window), p.date_of_birth, p.gender, p.active, p.deceased, p.npi,
                    p.created_at, p.updated_at, p.state);
    session_.count_people(account, p.ref.type, 1);
  }

  void update(AccountId account, Person const& p) override {
    session_.claim(claim_on_person(account, p.ref));
    session_.change(update_person, account, p.ref.type, p.ref.id, p.first_name, p.last_name,
                    name_key(p.first_name), name_key(p.last_name), p.email, p.timezone,
                    stored(p.contact_window), p.date_of_birth, p.gender, p.active, p.deceased, p.npi,
                    p.updated_at, p.state);
  }

 private:
  CountedPage<Person> newest(AccountId account, PersonType type, std::int64_t limit,
                             std::int64_t offset) const {
    session_.settle();
    auto page = session_.ask(people_newest, account, type, limit, offset);
    auto total = session_.ask(people_total, account, type);
    return {std::move(page).rows().all(person_of<Row>),
            std::move(total).rows().number() + session_.pending_totals(account).of(type)};
  }

  CountedPage<Person> by_name(AccountId account, PersonType type, PersonSearch const& search,
                              std::int64_t limit, std::int64_t offset) const {
    auto const last_end = end_of_prefix<Session>(search.last_key);
    auto const first_end = end_of_prefix<Session>(search.first_key);
    auto page = session_.ask(people_named, account, type, search.last_key, last_end, search.first_key,
                             first_end, limit, offset);
    auto total = session_.ask(people_named_total, account, type, search.last_key, last_end, search.first_key,
                              first_end);
    return {std::move(page).rows().all(person_of<Row>), std::move(total).rows().number()};
  }

  CountedPage<Person> by_digits(AccountId account, PersonType type, std::string const& digits,
                                std::int64_t limit, std::int64_t offset) const {
    auto const matches = search_.people(account, type, digits, limit, offset);
    return {search_.people_of(account, type, matches.page), matches.total};
  }

  using Row = typename Session::Row;
  Session& session_;
  DigitSearch const& search_;
};

}  // namespace linebook::books

// Contact numbers, and the do-not-calls that outlive them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/ports/contact_numbers.h"
#include "store/books/contacts/people.h"
#include "store/books/session/session.h"
#include "store/encoding/spelled_columns.h"
#include "store/search/digit_search.h"

namespace linebook::books {

inline constexpr std::string_view number_columns =
    "c.id, c.person_type, c.person_id, c.number, c.phone_type, c.is_primary, c.verified, c.do_not_call,"
    " c.created_at, c.updated_at, c.verified_at, c.wrong_number_at, c.undeliverable_at";
inline constexpr int columns_of_number = 13;
inline constexpr std::string_view and_name = ", p.first_name, p.last_name";

template <class Row>
ContactNumber contact_number_of(Row const& row) {
  return {.id = row.template get<ContactNumberId>(0),
          .person = {row.template get<PersonType>(1), row.template get<PersonId>(2)},
          .number = row.template get<TenDigits>(3),
          .phone_type = row.template get<PhoneType>(4),
          .primary = row.template get<bool>(5),
          .verified = row.template get<bool>(6),
          .do_not_call = row.template get<bool>(7),
          .verified_at = row.template get<std::optional<Instant>>(10),
          .wrong_number_at = row.template get<std::optional<Instant>>(11),
          .undeliverable_at = row.template get<std::optional<Instant>>(12),
          .created_at = row.template get<Instant>(8),
          .updated_at = row.template get<Instant>(9)};
}

template <class Row>
LinkedContactNumber linked_contact_number_of(Row const& row) {
  std::string name(row.template get<std::string_view>(columns_of_number));
  name += ' ';
  name += row.template get<std::string_view>(columns_of_number + 1);
  return {contact_number_of(row), std::move(name)};
}

inline constexpr std::string_view with_person =
    " {CROSS JOIN} people p ON p.account_id = ?1 AND p.person_type = c.person_type AND p.id = c.person_id";

inline constexpr Statement contact_number_by_id{
    "contact_number_by_id", SQL("SELECT ", number_columns, and_name, " FROM contact_numbers c", with_person,
                                " WHERE c.account_id = ?1 AND c.id = ?2")};
// The person first: whoever changes one of the person's numbers goes on to others.
inline constexpr Statement contact_number_by_id_locked{
    "contact_number_by_id_locked", SQL("SELECT ", number_columns, and_name, " FROM contact_numbers c",
                                       with_person, " WHERE c.account_id = ?1 AND c.id = ?2{HOLD OF p, c}")};
inline constexpr Statement contact_numbers_newest{
    "contact_numbers_newest", SQL("SELECT ", number_columns, and_name,
                                  " FROM (SELECT id FROM contact_numbers WHERE account_id = ?1"
                                  "       ORDER BY id DESC LIMIT ?2 OFFSET ?3) page"
                                  " {CROSS JOIN} contact_numbers c ON c.account_id = ?1 AND c.id = page.id",
                                  with_person, " ORDER BY c.id DESC")};
inline constexpr Statement contact_numbers_total{
    "contact_numbers_total", SQL("SELECT contact_numbers FROM {TOTALS} WHERE account_id = ?1")};
inline constexpr Statement contact_numbers_of_person{
    "contact_numbers_of_person",
    SQL("SELECT ", number_columns,
        " FROM contact_numbers c{INDEXED BY contact_numbers_on_person}"
        " WHERE c.account_id = ?1 AND c.person_type = ?2 AND c.person_id = ?3 ORDER BY c.id DESC LIMIT ?4")};
inline constexpr Statement contact_number_on_person{
    "contact_number_on_person",
    SQL("SELECT ", number_columns,
        " FROM contact_numbers c{INDEXED BY contact_numbers_on_person}"
        " WHERE c.account_id = ?1 AND c.person_type = ?2 AND c.person_id = ?3 AND c.number = ?4")};
inline constexpr Statement contact_number_primary{
    "contact_number_primary",
    SQL("SELECT ", number_columns,
        " FROM contact_numbers c{INDEXED BY contact_numbers_primary}"
        " WHERE c.account_id = ?1 AND c.person_type = ?2 AND c.person_id = ?3 AND c.phone_type = ?4"
        " AND c.is_primary{= 1}")};
inline constexpr Statement contact_numbers_walk{
    "contact_numbers_walk", SQL("SELECT ", number_columns, and_name, " FROM contact_numbers c", with_person,
                                " WHERE c.account_id = ?1 AND c.id > ?2 ORDER BY c.id LIMIT ?3")};

// Each type of people is in order of name in an index: both are walked side by side, as far as the page ends.
inline constexpr std::string_view names_and_numbers =
    "SELECT p.last_key, p.first_key, c.id FROM people p{INDEXED BY people_by_name}"
    " {CROSS JOIN} contact_numbers c{INDEXED BY contact_numbers_on_person} ON c.account_id = ?1"
    " AND c.person_type = p.person_type AND c.person_id = p.id WHERE p.account_id = ?1";
inline constexpr std::string_view numbers_that_fit =
    " AND (?2 = '' OR c.number LIKE '%' || ?2 || '%') AND (?4 IS NULL OR c.phone_type = ?4)"
    " AND (?5 IS NULL OR c.is_primary = ?5) AND (?6 IS NULL OR c.verified = ?6)"
    " AND (?7 IS NULL OR c.do_not_call = ?7)";
inline constexpr Statement contact_numbers_by_name{
    "contact_numbers_by_name",
    SQL("SELECT id FROM (", names_and_numbers,
        " AND p.person_type = 'doctor' AND (?3 IS NULL OR ?3 = 'doctor')", numbers_that_fit, " UNION ALL ",
        names_and_numbers, " AND p.person_type = 'patient' AND (?3 IS NULL OR ?3 = 'patient')",
        numbers_that_fit, " ORDER BY 1, 2, 3 DESC LIMIT ?8 OFFSET ?9) page")};

inline constexpr Statement insert_contact_number{
    "insert_contact_number",
    SQL("INSERT INTO contact_numbers (account_id, id, person_type, person_id, number, phone_type, is_primary,"
        " verified, do_not_call, created_at, updated_at, verified_at) VALUES (?1..?12)")};
inline constexpr Statement update_contact_number{
    "update_contact_number",
    SQL("UPDATE contact_numbers SET number = ?3, phone_type = ?4, is_primary = ?5, verified = ?6,"
        " do_not_call = ?7, updated_at = ?8, verified_at = ?9, wrong_number_at = ?10, undeliverable_at = ?11"
        " WHERE account_id = ?1 AND id = ?2")};
inline constexpr Statement remove_contact_number{
    "remove_contact_number", SQL("DELETE FROM contact_numbers WHERE account_id = ?1 AND id = ?2")};

inline constexpr std::string_view remembered =
    " remembered_do_not_call WHERE account_id = ?1 AND person_type = ?2 AND person_id = ?3 AND number = ?4";
inline constexpr Statement do_not_call_of{"do_not_call_of", SQL("SELECT 1 FROM", remembered)};
inline constexpr Statement keep_do_not_call{
    "keep_do_not_call", SQL("INSERT INTO remembered_do_not_call (account_id, person_type, person_id, number)"
                            " VALUES (?1..?4) ON CONFLICT DO NOTHING")};
inline constexpr Statement drop_do_not_call{"drop_do_not_call", SQL("DELETE FROM", remembered)};

template <class Session>
class ContactNumbersBook final : public ContactNumbers {
 public:
  ContactNumbersBook(Session& session, DigitSearch const& search) : session_(session), search_(search) {}

  std::optional<LinkedContactNumber> find(AccountId account, ContactNumberId const& id) const override {
    auto found = session_.query(contact_number_by_id, account, id).one(linked_contact_number_of<Row>);
    if (found && session_.locks()) {
      // Whose it is never changes. To be known before anything is locked, so that every batch on every node
      // locks its people in one order: what else is read here may be old by then.
      session_.claim(claim_on_person(account, found->number.person));
      found = session_.query(contact_number_by_id_locked, account, id).one(linked_contact_number_of<Row>);
    }
    return found;
  }

  CountedPage<LinkedContactNumber> list(AccountId account, ContactNumberFilter const& filter,
                                        std::int64_t limit, std::int64_t offset) const override {
    // Further down the digit index gets to a page faster than a walk over all that is skipped.
    if (filter.asks_for_all() && (offset < deep_offset || !search_.finds_all())) {
      session_.settle();
      auto page = session_.ask(contact_numbers_newest, account, limit, offset);
      auto total = session_.ask(contact_numbers_total, account);
      return {std::move(page).rows().all(linked_contact_number_of<Row>),
              std::move(total).rows().number() + session_.pending_totals(account).contact_numbers};
    }
    auto const matches = search_.numbers(account, filter, limit, offset);
    return {search_.numbers_of(account, matches.page), matches.total};
  }

  std::vector<ContactNumber> of_person(AccountId account, PersonRef const& person,
                                       std::int64_t limit) const override {
    hold_person(session_, account, person);
    return session_.query(contact_numbers_of_person, account, person.type, person.id, limit)
        .all(contact_number_of<Row>);
  }

  std::vector<std::vector<ContactNumber>> of_people(AccountId account, PersonType type,
                                                    std::vector<PersonId> const& people,
                                                    std::int64_t limit_each) const override {
    std::vector<std::vector<ContactNumber>> numbers;
    numbers.reserve(people.size());
    auto const ask = [&](PersonId const& id) {
      return session_.ask(contact_numbers_of_person, account, type, id, limit_each);
    };
    ask_for_each<Session>(
        people, ask, [&](auto&& rows) { numbers.push_back(std::move(rows).all(contact_number_of<Row>)); });
    return numbers;
  }

  std::optional<ContactNumber> find_on_person(AccountId account, PersonRef const& person,
                                              TenDigits const& number) const override {
    hold_person(session_, account, person);
    return session_.query(contact_number_on_person, account, person.type, person.id, number)
        .one(contact_number_of<Row>);
  }

  std::optional<ContactNumber> primary_of(AccountId account, PersonRef const& person,
                                          PhoneType type) const override {
    hold_person(session_, account, person);
    return session_.query(contact_number_primary, account, person.type, person.id, type)
        .one(contact_number_of<Row>);
  }

  std::vector<LinkedContactNumber> with_number(AccountId account, TenDigits const& number,
                                               std::int64_t limit) const override {
    return search_.with_number(account, number, limit);
  }

  QualityReport quality(AccountId account) const override { return session_.quality(account); }

  std::vector<LinkedContactNumber> walk(AccountId account, ContactNumberId const& after,
                                        std::int64_t limit) const override {
    return session_.query(contact_numbers_walk, account, after, limit).all(linked_contact_number_of<Row>);
  }

  void insert(AccountId account, ContactNumber const& n) override {
    hold_person(session_, account, n.person);
    session_.change(insert_contact_number, account, n.id, n.person.type, n.person.id, n.number, n.phone_type,
                    n.primary, n.verified, n.do_not_call, n.created_at, n.updated_at, n.verified_at);
    move_changed_at(account, n.person, n.updated_at);
    session_.count_numbers(account, 1);
    session_.number_changed(account, n);
  }

  void update(AccountId account, ContactNumber const& n) override {
    hold_person(session_, account, n.person);
    session_.change(update_contact_number, account, n.id, n.number, n.phone_type, n.primary, n.verified,
                    n.do_not_call, n.updated_at, n.verified_at, n.wrong_number_at, n.undeliverable_at);
    move_changed_at(account, n.person, n.updated_at);
    session_.number_changed(account, n);
  }

  void remove(AccountId account, ContactNumber const& n, Instant at) override {
    hold_person(session_, account, n.person);
    move_changed_at(account, n.person, at);
    session_.count_numbers(account, -session_.changed(remove_contact_number, account, n.id));
    session_.number_removed(account, n.id);
  }

  bool do_not_call_remembered(AccountId account, PersonRef const& person,
                              TenDigits const& number) const override {
    hold_person(session_, account, person);
    return session_.query(do_not_call_of, account, person.type, person.id, number).number() > 0;
  }

  void remember_do_not_call(AccountId account, PersonRef const& person, TenDigits const& number) override {
    session_.change(keep_do_not_call, account, person.type, person.id, number);
  }

  void forget_do_not_call(AccountId account, PersonRef const& person, TenDigits const& number) override {
    session_.change(drop_do_not_call, account, person.type, person.id, number);
  }

 private:
  void move_changed_at(AccountId account, PersonRef const& person, Instant at) {
    session_.change(move_person_changed_at, account, person.type, person.id, at);
  }

  using Row = typename Session::Row;
  Session& session_;
  DigitSearch const& search_;
};

}  // namespace linebook::books

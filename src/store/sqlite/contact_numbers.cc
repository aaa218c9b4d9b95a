#include "store/encoding/table_columns.h"
#include "store/sqlite/rows.h"
#include "store/sqlite/transaction.h"

namespace linebook::sqlite {
namespace {

#define WITH_PERSON \
  " CROSS JOIN people p ON p.account_id = ?1 AND p.person_type = c.person_type AND p.id = c.person_id"

constexpr Statement contact_number_by_id{"contact_number_by_id", "SELECT " LINEBOOK_LINKED_COLUMNS
                                                                 " FROM contact_numbers c" WITH_PERSON
                                                                 " WHERE c.account_id = ?1 AND c.id = ?2"};
constexpr Statement contact_numbers_newest{
    "contact_numbers_newest",
    "SELECT " LINEBOOK_LINKED_COLUMNS
    " FROM (SELECT id FROM contact_numbers WHERE account_id = ?1 ORDER BY id DESC LIMIT ?2 OFFSET ?3) page"
    " CROSS JOIN contact_numbers c ON c.account_id = ?1 AND c.id = page.id" WITH_PERSON
    " ORDER BY c.id DESC"};
constexpr Statement contact_numbers_total{"contact_numbers_total",
                                          "SELECT contact_numbers FROM account_totals WHERE account_id = ?1"};
constexpr Statement contact_numbers_of_person{
    "contact_numbers_of_person",
    "SELECT " LINEBOOK_NUMBER_COLUMNS
    " FROM contact_numbers c INDEXED BY contact_numbers_on_person"
    " WHERE c.account_id = ?1 AND c.person_type = ?2 AND c.person_id = ?3 ORDER BY c.id DESC LIMIT ?4"};
constexpr Statement contact_number_on_person{
    "contact_number_on_person",
    "SELECT " LINEBOOK_NUMBER_COLUMNS
    " FROM contact_numbers c INDEXED BY contact_numbers_on_person"
    " WHERE c.account_id = ?1 AND c.person_type = ?2 AND c.person_id = ?3 AND c.number = ?4"};
constexpr Statement contact_number_primary{
    "contact_number_primary",
    "SELECT " LINEBOOK_NUMBER_COLUMNS
    " FROM contact_numbers c INDEXED BY contact_numbers_primary"
    " WHERE c.account_id = ?1 AND c.person_type = ?2 AND c.person_id = ?3 AND c.phone_type = ?4"
    " AND c.is_primary = 1"};
constexpr Statement contact_numbers_walk{
    "contact_numbers_walk", "SELECT " LINEBOOK_LINKED_COLUMNS " FROM contact_numbers c" WITH_PERSON
                            " WHERE c.account_id = ?1 AND c.id > ?2 ORDER BY c.id LIMIT ?3"};

constexpr Statement insert_contact_number{
    "insert_contact_number",
    "INSERT INTO contact_numbers (account_id, id, person_type, person_id, number, phone_type, is_primary, "
    "verified,"
    " do_not_call, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"};
constexpr Statement update_contact_number{"update_contact_number",
                                          "UPDATE contact_numbers SET number = ?3, phone_type = ?4, "
                                          "is_primary = ?5, verified = ?6, do_not_call = ?7,"
                                          " updated_at = ?8 WHERE account_id = ?1 AND id = ?2"};
constexpr Statement remove_contact_number{"remove_contact_number",
                                          "DELETE FROM contact_numbers WHERE account_id = ?1 AND id = ?2"};

#define REMEMBERED \
  " remembered_do_not_call WHERE account_id = ?1 AND person_type = ?2 AND person_id = ?3 AND number = ?4"
constexpr Statement do_not_call_of{"do_not_call_of", "SELECT 1 FROM" REMEMBERED};
constexpr Statement keep_do_not_call{
    "keep_do_not_call",
    "INSERT INTO remembered_do_not_call (account_id, person_type, person_id, number)"
    " VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING"};
constexpr Statement drop_do_not_call{"drop_do_not_call", "DELETE FROM" REMEMBERED};

IndexedNumber indexed(ContactNumber const& n) {
  return {.key = key_of(n.id.value),
          .digits = n.number,
          .phone_type = n.phone_type,
          .primary = n.primary,
          .verified = n.verified,
          .do_not_call = n.do_not_call};
}

}  // namespace

std::optional<LinkedContactNumber> SqliteContactNumbers::find(AccountId account,
                                                              ContactNumberId const& id) const {
  return one(Query(db_, contact_number_by_id, account, id), linked_contact_number_of<Query>);
}

CountedPage<LinkedContactNumber> SqliteContactNumbers::list(AccountId account,
                                                            ContactNumberFilter const& filter,
                                                            std::int64_t limit, std::int64_t offset) const {
  CountedPage<LinkedContactNumber> page;
  // Further down the digit index gets to a page faster than a walk over all that is skipped.
  if (filter.asks_for_all() && offset < deep_offset) {
    page.items =
        all(Query(db_, contact_numbers_newest, account, limit, offset), linked_contact_number_of<Query>);
    counters_.write();
    Query total(db_, contact_numbers_total, account);
    page.total = total.next() ? total.get<std::int64_t>(0) : 0;
    return page;
  }
  auto const matches = search_.numbers(account, filter, limit, offset);
  page.total = matches.total;
  page.items = found(account, matches.page);
  return page;
}

std::vector<LinkedContactNumber> SqliteContactNumbers::found(AccountId account,
                                                             std::vector<ContactNumberId> const& ids) const {
  std::vector<LinkedContactNumber> numbers;
  numbers.reserve(ids.size());
  for (auto const& id : ids)
    if (auto number = find(account, id)) numbers.push_back(std::move(*number));
  return numbers;
}

std::vector<ContactNumber> SqliteContactNumbers::of_person(AccountId account, PersonRef const& person,
                                                           std::int64_t limit) const {
  return all(Query(db_, contact_numbers_of_person, account, person.type, person.id, limit),
             contact_number_of<Query>);
}

std::optional<ContactNumber> SqliteContactNumbers::find_on_person(AccountId account, PersonRef const& person,
                                                                  TenDigits const& number) const {
  return one(Query(db_, contact_number_on_person, account, person.type, person.id, number),
             contact_number_of<Query>);
}

std::optional<ContactNumber> SqliteContactNumbers::primary_of(AccountId account, PersonRef const& person,
                                                              PhoneType type) const {
  return one(Query(db_, contact_number_primary, account, person.type, person.id, type),
             contact_number_of<Query>);
}

std::vector<LinkedContactNumber> SqliteContactNumbers::with_number(AccountId account, TenDigits const& number,
                                                                   std::int64_t limit) const {
  return found(account, search_.oldest_with(account, number, limit));
}

std::vector<LinkedContactNumber> SqliteContactNumbers::walk(AccountId account, ContactNumberId const& after,
                                                            std::int64_t limit) const {
  return all(Query(db_, contact_numbers_walk, account, after, limit), linked_contact_number_of<Query>);
}

void SqliteContactNumbers::insert(AccountId account, ContactNumber const& n) {
  Query(db_, insert_contact_number, account, n.id, n.person.type, n.person.id, n.number, n.phone_type,
        n.primary, n.verified, n.do_not_call, n.created_at, n.updated_at)
      .run();
  counters_.count_contact_numbers(account, 1);
  effects_.number_changes.push_back({account, indexed(n)});
}

void SqliteContactNumbers::update(AccountId account, ContactNumber const& n) {
  Query(db_, update_contact_number, account, n.id, n.number, n.phone_type, n.primary, n.verified,
        n.do_not_call, n.updated_at)
      .run();
  effects_.number_changes.push_back({account, indexed(n)});
}

void SqliteContactNumbers::remove(AccountId account, ContactNumber const& n) {
  counters_.count_contact_numbers(account, -Query(db_, remove_contact_number, account, n.id).run());
  effects_.number_changes.push_back({account, key_of(n.id.value)});
}

bool SqliteContactNumbers::do_not_call_remembered(AccountId account, PersonRef const& person,
                                                  TenDigits const& number) const {
  return Query(db_, do_not_call_of, account, person.type, person.id, number).next();
}

void SqliteContactNumbers::remember_do_not_call(AccountId account, PersonRef const& person,
                                                TenDigits const& number) {
  Query(db_, keep_do_not_call, account, person.type, person.id, number).run();
}

void SqliteContactNumbers::forget_do_not_call(AccountId account, PersonRef const& person,
                                              TenDigits const& number) {
  Query(db_, drop_do_not_call, account, person.type, person.id, number).run();
}

}  // namespace linebook::sqlite

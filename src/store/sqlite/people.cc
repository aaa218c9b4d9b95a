#include "domain/text/name_key.h"
#include "store/encoding/table_columns.h"
#include "store/sqlite/transaction.h"

namespace linebook::sqlite {
namespace {

constexpr Statement person_by_id{
    "person_by_id", "SELECT " LINEBOOK_PERSON_COLUMNS
                    " FROM people p WHERE p.account_id = ?1 AND p.person_type = ?2 AND p.id = ?3"};
// The skipped part of a deep page is walked in the index alone.
constexpr Statement people_newest{
    "people_newest",
    "SELECT " LINEBOOK_PERSON_COLUMNS
    " FROM (SELECT id FROM people INDEXED BY people_by_age WHERE account_id = ?1 AND person_type = ?2"
    "       ORDER BY created_at DESC, id DESC LIMIT ?3 OFFSET ?4) page"
    " CROSS JOIN people p ON p.account_id = ?1 AND p.person_type = ?2 AND p.id = page.id"
    " ORDER BY p.created_at DESC, p.id DESC"};
constexpr Statement people_total{"people_total",
                                 "SELECT CASE ?2 WHEN 'patient' THEN patients ELSE doctors END"
                                 " FROM account_totals WHERE account_id = ?1"};
#define PEOPLE_NAMED                                                                  \
  " FROM people INDEXED BY people_by_name WHERE account_id = ?1 AND person_type = ?2" \
  " AND last_key >= ?3 AND last_key < ?4 AND first_key >= ?5 AND first_key < ?6"
constexpr Statement people_named{
    "people_named", "SELECT " LINEBOOK_PERSON_COLUMNS " FROM (SELECT id" PEOPLE_NAMED
                    " ORDER BY last_key, first_key, id LIMIT ?7 OFFSET ?8) page"
                    " CROSS JOIN people p ON p.account_id = ?1 AND p.person_type = ?2 AND p.id = page.id"
                    " ORDER BY p.last_key, p.first_key, p.id"};
constexpr Statement people_named_total{"people_named_total", "SELECT count(*)" PEOPLE_NAMED};

constexpr Statement insert_person{
    "insert_person",
    "INSERT INTO people (account_id, person_type, id, first_name, last_name, first_key, last_key, email, "
    "timezone,"
    " contact_window, date_of_birth, gender, active, deceased, npi, created_at, updated_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"};
// created_at stays: a person's place in the lists is given once.
constexpr Statement update_person{
    "update_person",
    "UPDATE people SET first_name = ?4, last_name = ?5, first_key = ?6, last_key = ?7, email = ?8, timezone "
    "= ?9,"
    " contact_window = ?10, date_of_birth = ?11, gender = ?12, active = ?13, deceased = ?14, npi = ?15,"
    " updated_at = ?16 WHERE account_id = ?1 AND person_type = ?2 AND id = ?3"};

/// Above every text that begins with `prefix`: no UTF-8 text holds the byte FF.
std::string end_of_prefix(std::string const& prefix) { return prefix + '\xff'; }

std::int64_t only_number(Query&& query) { return query.next() ? query.get<std::int64_t>(0) : 0; }

}  // namespace

std::optional<Person> SqlitePeople::find(AccountId account, PersonRef const& ref) const {
  Query query(db_, person_by_id, account, ref.type, ref.id);
  if (!query.next()) return std::nullopt;
  return person_of(query);
}

CountedPage<Person> SqlitePeople::list(AccountId account, PersonType type, PersonSearch const& search,
                                       std::int64_t limit, std::int64_t offset) const {
  if (!search.digits.empty()) return by_digits(account, type, search.digits, limit, offset);
  if (!search.last_key.empty() || !search.first_key.empty())
    return by_name(account, type, search, limit, offset);
  return newest(account, type, limit, offset);
}

CountedPage<Person> SqlitePeople::newest(AccountId account, PersonType type, std::int64_t limit,
                                         std::int64_t offset) const {
  counters_.write();
  CountedPage<Person> page;
  Query query(db_, people_newest, account, type, limit, offset);
  while (query.next()) page.items.push_back(person_of(query));
  page.total = only_number(Query(db_, people_total, account, type));
  return page;
}

CountedPage<Person> SqlitePeople::by_name(AccountId account, PersonType type, PersonSearch const& search,
                                          std::int64_t limit, std::int64_t offset) const {
  auto const last_end = end_of_prefix(search.last_key);
  auto const first_end = end_of_prefix(search.first_key);
  CountedPage<Person> page;
  Query query(db_, people_named, account, type, search.last_key, last_end, search.first_key, first_end, limit,
              offset);
  while (query.next()) page.items.push_back(person_of(query));
  page.total = only_number(
      Query(db_, people_named_total, account, type, search.last_key, last_end, search.first_key, first_end));
  return page;
}

CountedPage<Person> SqlitePeople::by_digits(AccountId account, PersonType type, std::string const& digits,
                                            std::int64_t limit, std::int64_t offset) const {
  auto const matches = search_.people(account, type, digits, limit, offset);
  CountedPage<Person> page;
  page.total = matches.total;
  for (auto const& id : matches.page)
    if (auto person = find(account, {type, id})) page.items.push_back(std::move(*person));
  return page;
}

void SqlitePeople::insert(AccountId account, Person const& p) {
  auto const window = stored(p.contact_window);
  auto const first_key = name_key(p.first_name);
  auto const last_key = name_key(p.last_name);
  Query(db_, insert_person, account, p.ref.type, p.ref.id, p.first_name, p.last_name, first_key, last_key,
        p.email, p.timezone, window, p.date_of_birth, p.gender, p.active, p.deceased, p.npi, p.created_at,
        p.updated_at)
      .run();
  counters_.count_people(account, p.ref.type, 1);
}

void SqlitePeople::update(AccountId account, Person const& p) {
  auto const window = stored(p.contact_window);
  auto const first_key = name_key(p.first_name);
  auto const last_key = name_key(p.last_name);
  Query(db_, update_person, account, p.ref.type, p.ref.id, p.first_name, p.last_name, first_key, last_key,
        p.email, p.timezone, window, p.date_of_birth, p.gender, p.active, p.deceased, p.npi, p.updated_at)
      .run();
}

}  // namespace linebook::sqlite

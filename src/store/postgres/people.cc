#include "domain/text/name_key.h"
#include "store/encoding/table_columns.h"
#include "store/postgres/claim_keys.h"
#include "store/postgres/person_lock.h"
#include "store/postgres/transaction.h"

namespace linebook::postgres {
namespace {

#define PERSON_BY_ID                \
  "SELECT " LINEBOOK_PERSON_COLUMNS \
  " FROM people p WHERE p.account_id = $1 AND p.person_type = $2 AND p.id = $3"
constexpr Statement person_by_id{"person_by_id", PERSON_BY_ID};
constexpr Statement person_by_id_locked{"person_by_id_locked", PERSON_BY_ID " FOR NO KEY UPDATE"};
constexpr Statement lock_person{
    "lock_person",
    "SELECT 1 FROM people WHERE account_id = $1 AND person_type = $2 AND id = $3 FOR NO KEY UPDATE"};
// The skipped part of a deep page is walked in the index alone.
constexpr Statement people_newest{
    "people_newest", "SELECT " LINEBOOK_PERSON_COLUMNS
                     " FROM (SELECT id FROM people WHERE account_id = $1 AND person_type = $2"
                     "       ORDER BY created_at DESC, id DESC LIMIT $3 OFFSET $4) page"
                     " JOIN people p ON p.account_id = $1 AND p.person_type = $2 AND p.id = page.id"
                     " ORDER BY p.created_at DESC, p.id DESC"};
constexpr Statement people_by_ids{"people_by_ids",
                                  "SELECT " LINEBOOK_PERSON_COLUMNS
                                  " FROM people p WHERE p.account_id = $1 AND p.person_type = $2"
                                  " AND p.id = ANY($3) ORDER BY p.created_at DESC, p.id DESC"};
constexpr Statement people_total{"people_total",
                                 "SELECT CASE $2 WHEN 'patient' THEN patients ELSE doctors END"
                                 " FROM ledger_heads WHERE account_id = $1"};
#define PEOPLE_NAMED                                        \
  " FROM people WHERE account_id = $1 AND person_type = $2" \
  " AND last_key >= $3 AND last_key < $4 AND first_key >= $5 AND first_key < $6"
constexpr Statement people_named{
    "people_named", "SELECT " LINEBOOK_PERSON_COLUMNS " FROM (SELECT id" PEOPLE_NAMED
                    " ORDER BY last_key, first_key, id LIMIT $7 OFFSET $8) page"
                    " JOIN people p ON p.account_id = $1 AND p.person_type = $2 AND p.id = page.id"
                    " ORDER BY p.last_key, p.first_key, p.id"};
constexpr Statement people_named_total{"people_named_total", "SELECT count(*)" PEOPLE_NAMED};

constexpr Statement insert_person{
    "insert_person",
    "INSERT INTO people (account_id, person_type, id, first_name, last_name, first_key, last_key, email,"
    " timezone, contact_window, date_of_birth, gender, active, deceased, npi, created_at, updated_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"};
// created_at stays: a person's place in the lists is given once.
constexpr Statement update_person{
    "update_person",
    "UPDATE people SET first_name = $4, last_name = $5, first_key = $6, last_key = $7, email = $8,"
    " timezone = $9, contact_window = $10, date_of_birth = $11, gender = $12, active = $13, deceased = $14,"
    " npi = $15, updated_at = $16 WHERE account_id = $1 AND person_type = $2 AND id = $3"};

/// Above every text that begins with `prefix`: nothing comes after the last of all characters.
std::string end_of_prefix(std::string const& prefix) { return prefix + "\xF4\x8F\xBF\xBF"; }

}  // namespace

void hold_person(Session& session, AccountId account, PersonRef const& ref) {
  if (session.claim(claim_on_person(account, ref)) != Claim::held_already)
    session.lock(lock_person, account, ref.type, ref.id);
}

std::optional<Person> PostgresPeople::find(AccountId account, PersonRef const& ref) const {
  session_.claim(claim_on_person(account, ref));
  auto const& statement = session_.changes_things() ? person_by_id_locked : person_by_id;
  return session_.query(statement, account, ref.type, ref.id).one(person_of<Row>);
}

CountedPage<Person> PostgresPeople::list(AccountId account, PersonType type, PersonSearch const& search,
                                         std::int64_t limit, std::int64_t offset) const {
  if (!search.digits.empty()) return by_digits(account, type, search.digits, limit, offset);
  if (!search.last_key.empty() || !search.first_key.empty())
    return by_name(account, type, search, limit, offset);
  return newest(account, type, limit, offset);
}

CountedPage<Person> PostgresPeople::newest(AccountId account, PersonType type, std::int64_t limit,
                                           std::int64_t offset) const {
  auto page = session_.ask(people_newest, account, type, limit, offset);
  auto total = session_.ask(people_total, account, type);
  return {std::move(page).rows().all(person_of<Row>),
          std::move(total).rows().number() + session_.pending_totals(account).of(type)};
}

CountedPage<Person> PostgresPeople::by_name(AccountId account, PersonType type, PersonSearch const& search,
                                            std::int64_t limit, std::int64_t offset) const {
  auto const last_end = end_of_prefix(search.last_key);
  auto const first_end = end_of_prefix(search.first_key);
  auto page = session_.ask(people_named, account, type, search.last_key, last_end, search.first_key,
                           first_end, limit, offset);
  auto total =
      session_.ask(people_named_total, account, type, search.last_key, last_end, search.first_key, first_end);
  return {std::move(page).rows().all(person_of<Row>), std::move(total).rows().number()};
}

CountedPage<Person> PostgresPeople::by_digits(AccountId account, PersonType type, std::string const& digits,
                                              std::int64_t limit, std::int64_t offset) const {
  auto const matches = search_.people(account, type, digits, limit, offset);
  std::vector<std::string_view> ids;
  for (auto const& id : matches.page) ids.push_back(id.value);
  return {session_.query(people_by_ids, account, type, ids).all(person_of<Row>), matches.total};
}

void PostgresPeople::insert(AccountId account, Person const& p) {
  session_.claim(claim_on_person(account, p.ref));
  session_.change(insert_person, account, p.ref.type, p.ref.id, p.first_name, p.last_name,
                  name_key(p.first_name), name_key(p.last_name), p.email, p.timezone,
                  stored(p.contact_window), p.date_of_birth, p.gender, p.active, p.deceased, p.npi,
                  p.created_at, p.updated_at);
  ++session_.changes.of(account).totals.of(p.ref.type);
}

void PostgresPeople::update(AccountId account, Person const& p) {
  session_.claim(claim_on_person(account, p.ref));
  session_.change(update_person, account, p.ref.type, p.ref.id, p.first_name, p.last_name,
                  name_key(p.first_name), name_key(p.last_name), p.email, p.timezone,
                  stored(p.contact_window), p.date_of_birth, p.gender, p.active, p.deceased, p.npi,
                  p.updated_at);
}

}  // namespace linebook::postgres

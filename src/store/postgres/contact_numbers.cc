#include "store/encoding/table_columns.h"
#include "store/postgres/claim_keys.h"
#include "store/postgres/person_lock.h"
#include "store/postgres/transaction.h"

namespace linebook::postgres {
namespace {

#define WITH_PERSON \
  " JOIN people p ON p.account_id = $1 AND p.person_type = c.person_type AND p.id = c.person_id"
#define LINKED_NUMBERS "SELECT " LINEBOOK_LINKED_COLUMNS " FROM contact_numbers c" WITH_PERSON
#define NUMBERS_OF_PERSON           \
  "SELECT " LINEBOOK_NUMBER_COLUMNS \
  " FROM contact_numbers c WHERE c.account_id = $1 AND c.person_type = $2 AND c.person_id = $3"

constexpr Statement contact_number_by_id{"contact_number_by_id",
                                         LINKED_NUMBERS " WHERE c.account_id = $1 AND c.id = $2"};
// The person first: whoever changes one of the person's numbers goes on to others.
constexpr Statement contact_number_by_id_locked{
    "contact_number_by_id_locked",
    LINKED_NUMBERS " WHERE c.account_id = $1 AND c.id = $2 FOR NO KEY UPDATE OF p, c"};
constexpr Statement contact_numbers_by_ids{"contact_numbers_by_ids", LINKED_NUMBERS
                                           " WHERE c.account_id = $1 AND c.id = ANY($2) ORDER BY c.id DESC"};
constexpr Statement contact_numbers_newest{
    "contact_numbers_newest",
    "SELECT " LINEBOOK_LINKED_COLUMNS
    " FROM (SELECT id FROM contact_numbers WHERE account_id = $1 ORDER BY id DESC LIMIT $2 OFFSET $3) page"
    " JOIN contact_numbers c ON c.account_id = $1 AND c.id = page.id" WITH_PERSON " ORDER BY c.id DESC"};
constexpr Statement contact_numbers_total{"contact_numbers_total",
                                          "SELECT contact_numbers FROM ledger_heads WHERE account_id = $1"};
constexpr Statement contact_numbers_of_person{"contact_numbers_of_person",
                                              NUMBERS_OF_PERSON " ORDER BY c.id DESC LIMIT $4"};
constexpr Statement contact_number_on_person{"contact_number_on_person",
                                             NUMBERS_OF_PERSON " AND c.number = $4"};
constexpr Statement contact_number_primary{"contact_number_primary",
                                           NUMBERS_OF_PERSON " AND c.phone_type = $4 AND c.is_primary"};
constexpr Statement contact_numbers_with_number{
    "contact_numbers_with_number",
    LINKED_NUMBERS " WHERE c.account_id = $1 AND c.number = $2 ORDER BY c.id LIMIT $3"};
constexpr Statement contact_numbers_walk{
    "contact_numbers_walk", LINKED_NUMBERS " WHERE c.account_id = $1 AND c.id > $2 ORDER BY c.id LIMIT $3"};

constexpr Statement insert_contact_number{
    "insert_contact_number",
    "INSERT INTO contact_numbers (account_id, id, person_type, person_id, number, phone_type, is_primary,"
    " verified, do_not_call, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"};
constexpr Statement update_contact_number{
    "update_contact_number",
    "UPDATE contact_numbers SET number = $3, phone_type = $4, is_primary = $5, verified = $6,"
    " do_not_call = $7, updated_at = $8 WHERE account_id = $1 AND id = $2"};
constexpr Statement remove_contact_number{
    "remove_contact_number", "DELETE FROM contact_numbers WHERE account_id = $1 AND id = $2 RETURNING 1"};

#define REMEMBERED \
  " remembered_do_not_call WHERE account_id = $1 AND person_type = $2 AND person_id = $3 AND number = $4"
constexpr Statement do_not_call_of{"do_not_call_of", "SELECT 1 FROM" REMEMBERED};
constexpr Statement keep_do_not_call{
    "keep_do_not_call",
    "INSERT INTO remembered_do_not_call (account_id, person_type, person_id, number)"
    " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"};
constexpr Statement drop_do_not_call{"drop_do_not_call", "DELETE FROM" REMEMBERED};

}  // namespace

std::optional<LinkedContactNumber> PostgresContactNumbers::find(AccountId account,
                                                                ContactNumberId const& id) const {
  auto found = session_.query(contact_number_by_id, account, id).one(linked_contact_number_of<Row>);
  if (!found || !session_.changes_things()) return found;
  // Whose it is never changes. To be known before anything is locked, so that every batch on every node locks
  // its people in one order: what else is read here may be old by then.
  session_.claim(claim_on_person(account, found->number.person));
  return session_.query(contact_number_by_id_locked, account, id).one(linked_contact_number_of<Row>);
}

CountedPage<LinkedContactNumber> PostgresContactNumbers::list(AccountId account,
                                                              ContactNumberFilter const& filter,
                                                              std::int64_t limit, std::int64_t offset) const {
  // Further down the digit index gets to a page faster than a walk over all that is skipped.
  if (filter.asks_for_all() && (offset < deep_offset || session_.changes_things())) {
    auto page = session_.ask(contact_numbers_newest, account, limit, offset);
    auto total = session_.ask(contact_numbers_total, account);
    return {std::move(page).rows().all(linked_contact_number_of<Row>),
            std::move(total).rows().number() + session_.pending_totals(account).contact_numbers};
  }
  auto const matches = search_.numbers(account, filter, limit, offset);
  std::vector<std::string_view> ids;
  for (auto const& id : matches.page) ids.push_back(id.value);
  return {session_.query(contact_numbers_by_ids, account, ids).all(linked_contact_number_of<Row>),
          matches.total};
}

std::vector<ContactNumber> PostgresContactNumbers::of_person(AccountId account, PersonRef const& person,
                                                             std::int64_t limit) const {
  hold_person(session_, account, person);
  return session_.query(contact_numbers_of_person, account, person.type, person.id, limit)
      .all(contact_number_of<Row>);
}

std::optional<ContactNumber> PostgresContactNumbers::find_on_person(AccountId account,
                                                                    PersonRef const& person,
                                                                    TenDigits const& number) const {
  hold_person(session_, account, person);
  return session_.query(contact_number_on_person, account, person.type, person.id, number)
      .one(contact_number_of<Row>);
}

std::optional<ContactNumber> PostgresContactNumbers::primary_of(AccountId account, PersonRef const& person,
                                                                PhoneType type) const {
  hold_person(session_, account, person);
  return session_.query(contact_number_primary, account, person.type, person.id, type)
      .one(contact_number_of<Row>);
}

std::vector<LinkedContactNumber> PostgresContactNumbers::with_number(AccountId account,
                                                                     TenDigits const& number,
                                                                     std::int64_t limit) const {
  return session_.query(contact_numbers_with_number, account, number, limit)
      .all(linked_contact_number_of<Row>);
}

std::vector<LinkedContactNumber> PostgresContactNumbers::walk(AccountId account, ContactNumberId const& after,
                                                              std::int64_t limit) const {
  return session_.query(contact_numbers_walk, account, after, limit).all(linked_contact_number_of<Row>);
}

void PostgresContactNumbers::insert(AccountId account, ContactNumber const& n) {
  hold_person(session_, account, n.person);
  session_.change(insert_contact_number, account, n.id, n.person.type, n.person.id, n.number, n.phone_type,
                  n.primary, n.verified, n.do_not_call, n.created_at, n.updated_at);
  ++session_.changes.of(account).totals.contact_numbers;
}

void PostgresContactNumbers::update(AccountId account, ContactNumber const& n) {
  hold_person(session_, account, n.person);
  session_.change(update_contact_number, account, n.id, n.number, n.phone_type, n.primary, n.verified,
                  n.do_not_call, n.updated_at);
}

void PostgresContactNumbers::remove(AccountId account, ContactNumber const& n) {
  hold_person(session_, account, n.person);
  session_.changes.rows = true;
  auto const removed = session_.query(remove_contact_number, account, n.id).size();
  session_.changes.of(account).totals.contact_numbers -= removed;
}

bool PostgresContactNumbers::do_not_call_remembered(AccountId account, PersonRef const& person,
                                                    TenDigits const& number) const {
  hold_person(session_, account, person);
  return !session_.query(do_not_call_of, account, person.type, person.id, number).empty();
}

void PostgresContactNumbers::remember_do_not_call(AccountId account, PersonRef const& person,
                                                  TenDigits const& number) {
  session_.change(keep_do_not_call, account, person.type, person.id, number);
}

void PostgresContactNumbers::forget_do_not_call(AccountId account, PersonRef const& person,
                                                TenDigits const& number) {
  session_.change(drop_do_not_call, account, person.type, person.id, number);
}

}  // namespace linebook::postgres

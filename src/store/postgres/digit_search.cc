#include "store/postgres/digit_search.h"

#include <algorithm>

#include "store/books/contacts/contact_numbers.h"
#include "store/books/contacts/people.h"

namespace linebook::postgres {
namespace {

constexpr std::size_t whole_number = 10;  // digits

constexpr std::int64_t built_at_a_time = 20'000;     // numbers
constexpr std::int64_t followed_at_a_time = 20'000;  // ledger entries

#define NUMBERS_THAT_FIT                                                     \
  " AND ($3 IS NULL OR person_type = $3) AND ($4 IS NULL OR person_id = $4)" \
  " AND ($5 IS NULL OR phone_type = $5) AND ($6 IS NULL OR is_primary = $6)" \
  " AND ($7 IS NULL OR verified = $7) AND ($8 IS NULL OR do_not_call = $8)"  \
  " ORDER BY CASE WHEN $9 THEN number END, id DESC"
// These walk all that fits: the total is exact, and the page is picked out of it.
constexpr Statement matching_by_number{
    "contact_numbers_matching_by_number",
    "SELECT id FROM contact_numbers WHERE account_id = $1 AND number = $2" NUMBERS_THAT_FIT};
constexpr Statement matching_by_person{
    "contact_numbers_matching_by_person",
    "SELECT id FROM contact_numbers WHERE account_id = $1 AND person_type = $3 AND person_id = $4"
    " AND ($2 = '' OR strpos(number, $2) > 0)" NUMBERS_THAT_FIT};
constexpr Statement matching_by_scan{
    "contact_numbers_matching_by_scan",
    "SELECT id FROM contact_numbers WHERE account_id = $1 AND ($2 = '' OR strpos(number, $2) > 0)"  //
    NUMBERS_THAT_FIT};

#define PEOPLE_NEWEST_FIRST                                                           \
  " JOIN people p ON p.account_id = $1 AND p.person_type = $2 AND p.id = n.person_id" \
  " ORDER BY p.created_at DESC, p.id DESC"
constexpr Statement people_with_whole_number{
    "people_with_whole_number",
    "SELECT p.id FROM (SELECT DISTINCT person_id FROM contact_numbers"
    " WHERE account_id = $1 AND number = $3 AND person_type = $2) n" PEOPLE_NEWEST_FIRST};
constexpr Statement people_with_digits{
    "people_with_digits",
    "SELECT p.id FROM (SELECT DISTINCT person_id FROM contact_numbers"
    " WHERE account_id = $1 AND strpos(number, $3) > 0 AND person_type = $2) n" PEOPLE_NEWEST_FIRST};
constexpr Statement people_with_numbers{
    "people_with_numbers",
    "SELECT p.id FROM (SELECT DISTINCT person_id FROM contact_numbers"
    " WHERE account_id = $1 AND id = ANY($3) AND person_type = $2) n" PEOPLE_NEWEST_FIRST};

constexpr books::Statement contact_numbers_with_number{
    "contact_numbers_with_number",
    SQL("SELECT ", books::number_columns, books::and_name, " FROM contact_numbers c", books::with_person,
        " WHERE c.account_id = ?1 AND c.number = ?2 ORDER BY c.id LIMIT ?3")};
constexpr books::Statement contact_numbers_by_ids{
    "contact_numbers_by_ids",
    SQL("SELECT ", books::number_columns, books::and_name, " FROM contact_numbers c", books::with_person,
        " WHERE c.account_id = ?1 AND c.id = ANY(?2) ORDER BY array_position(?2, c.id)")};
constexpr Statement contact_numbers_in_name_order{
    "contact_numbers_in_name_order",
    "SELECT c.id FROM contact_numbers c"
    " JOIN people p ON p.account_id = $1 AND p.person_type = c.person_type AND p.id = c.person_id"
    " WHERE c.account_id = $1 AND c.id = ANY($2) ORDER BY p.last_key, p.first_key, c.id DESC"
    " LIMIT $3 OFFSET $4"};
constexpr books::Statement people_by_ids{"people_by_ids",
                                         SQL("SELECT ", books::person_columns,
                                             " FROM people p WHERE p.account_id = ?1 AND p.person_type = ?2"
                                             " AND p.id = ANY(?3) ORDER BY p.created_at DESC, p.id DESC")};

constexpr books::Statement contact_numbers_to_index{
    "contact_numbers_to_index",
    SQL("SELECT ", indexed_columns,
        " FROM contact_numbers WHERE account_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3")};
constexpr Statement ledger_head_of{"ledger_head_of",
                                   "SELECT last_sequence FROM ledger_heads WHERE account_id = $1"};
constexpr Statement contact_numbers_changed{
    "contact_numbers_changed",
    "SELECT e.entity_id, c.id IS NOT NULL, c.number, c.phone_type, c.is_primary, c.verified, c.do_not_call,"
    " c.person_type FROM (SELECT DISTINCT entity_id FROM ledger WHERE account_id = $1 AND sequence > $2 AND "
    "sequence <= $3"
    "       AND entity = 'contact_number') e"
    " LEFT JOIN contact_numbers c ON c.account_id = $1 AND c.id = e.entity_id"};

template <class AnyId>
std::vector<std::string_view> texts_of(std::vector<AnyId> const& ids) {
  std::vector<std::string_view> texts;
  for (auto const& id : ids) texts.push_back(id.value);
  return texts;
}

template <class AnyId>
Matches<AnyId> page_of(Rows const& rows, std::int64_t limit, std::int64_t offset) {
  Matches<AnyId> matches{.page = {}, .total = rows.size()};
  auto const end = std::min(offset + limit, matches.total);
  for (auto i = offset; i < end; ++i) matches.page.push_back(rows[static_cast<int>(i)].get<AnyId>(0));
  return matches;
}

}  // namespace

// -- The index ----------------------------------------------------------------------------------------------

void PostgresDigitSearch::build(AccountId account, DigitIndex& index) const {
  ContactNumberId last;
  for (;;) {
    auto const rows = session_.query(contact_numbers_to_index, account, last, built_at_a_time);
    for (int i = 0; i < rows.size(); ++i)
      index.put(indexed_number_of(rows[i], key_of(rows[i].get<std::string_view>(0)), 1));
    if (rows.size() < built_at_a_time) return;
    last = rows[rows.size() - 1].get<ContactNumberId>(0);
  }
}

std::vector<NumberChange> PostgresDigitSearch::changes(AccountId account, std::int64_t after,
                                                       std::int64_t head) const {
  std::vector<NumberChange> changes;
  for (auto from = after; from < head; from += followed_at_a_time) {
    auto const up_to = std::min(head, from + followed_at_a_time);
    auto const rows = session_.query(contact_numbers_changed, account, from, up_to);
    for (int i = 0; i < rows.size(); ++i) {
      auto const id = rows[i].get<std::string_view>(0);
      if (!id.starts_with("phn_") || !parse_ulid(id.substr(4))) continue;  // never was a number of ours
      auto const key = key_of(id);
      if (rows[i].get<bool>(1))
        changes.push_back({account, indexed_number_of(rows[i], key, 2)});
      else
        changes.push_back({account, key});
    }
  }
  return changes;
}

DigitMatches PostgresDigitSearch::indexed(AccountId account, DigitPattern const& pattern, std::int64_t limit,
                                          std::int64_t offset) const {
  auto const head = session_.query(ledger_head_of, account).number();
  return indexes_.find_following(
      account, head, pattern, limit, offset, session_.shares_thread() ? WhenAbsent::fail : WhenAbsent::build,
      [&](DigitIndex& index) { build(account, index); },
      [&](std::int64_t sequence) { return changes(account, sequence, head); });
}

/// What a job has changed itself is in no index.
bool PostgresDigitSearch::is_indexed(std::string_view digits) const {
  return digits.size() < whole_number && !session_.changes_things();
}

// -- Reading ------------------------------------------------------------------------------------------------

Matches<ContactNumberId> PostgresDigitSearch::numbers_read(AccountId account,
                                                           ContactNumberFilter const& filter,
                                                           std::int64_t limit, std::int64_t offset) const {
  std::optional<PersonType> type = filter.person_type;
  std::optional<std::string_view> id;
  if (filter.person) {
    type = filter.person->type;
    id = filter.person->id.value;
  }
  auto const& statement = filter.digits.size() == whole_number ? matching_by_number
                          : filter.person                      ? matching_by_person
                                                               : matching_by_scan;
  return page_of<ContactNumberId>(
      session_.query(statement, account, filter.digits, type, id, filter.phone_type, filter.primary,
                     filter.verified, filter.do_not_call, filter.order == NumberOrder::number),
      limit, offset);
}

std::vector<ContactNumberId> PostgresDigitSearch::in_name_order(AccountId account,
                                                                std::vector<ContactNumberId> const& ids,
                                                                std::int64_t limit,
                                                                std::int64_t offset) const {
  return session_.query(contact_numbers_in_name_order, account, texts_of(ids), limit, offset)
      .all([](Row const& row) { return row.get<ContactNumberId>(0); });
}

std::vector<ContactNumberId> PostgresDigitSearch::walked_by_name(AccountId account,
                                                                 ContactNumberFilter const& filter,
                                                                 std::int64_t limit,
                                                                 std::int64_t offset) const {
  return session_
      .query(books::contact_numbers_by_name, account, filter.digits, filter.person_type, filter.phone_type,
             filter.primary, filter.verified, filter.do_not_call, limit, offset)
      .all([](Row const& row) { return row.get<ContactNumberId>(0); });
}

Matches<PersonId> PostgresDigitSearch::people_read(AccountId account, PersonType type,
                                                   std::string const& digits, std::int64_t limit,
                                                   std::int64_t offset) const {
  auto const& path = digits.size() == whole_number ? people_with_whole_number : people_with_digits;
  return page_of<PersonId>(session_.query(path, account, type, digits), limit, offset);
}

Matches<PersonId> PostgresDigitSearch::people_with(AccountId account, PersonType type,
                                                   std::vector<ContactNumberId> const& numbers,
                                                   std::int64_t limit, std::int64_t offset) const {
  return page_of<PersonId>(session_.query(people_with_numbers, account, type, texts_of(numbers)), limit,
                           offset);
}

std::vector<LinkedContactNumber> PostgresDigitSearch::with_number(AccountId account, TenDigits const& number,
                                                                  std::int64_t limit) const {
  return session_.query(contact_numbers_with_number, account, number, limit)
      .all(books::linked_contact_number_of<Row>);
}

std::vector<LinkedContactNumber> PostgresDigitSearch::numbers_of(
    AccountId account, std::vector<ContactNumberId> const& ids) const {
  return session_.query(contact_numbers_by_ids, account, texts_of(ids))
      .all(books::linked_contact_number_of<Row>);
}

std::vector<Person> PostgresDigitSearch::people_of(AccountId account, PersonType type,
                                                   std::vector<PersonId> const& ids) const {
  return session_.query(people_by_ids, account, type, texts_of(ids)).all(books::person_of<Row>);
}

}  // namespace linebook::postgres

#include "store/sqlite/digit_search.h"

#include <algorithm>
#include <tuple>

#include "store/books/contacts/contact_numbers.h"
#include "store/books/contacts/people.h"

namespace linebook::sqlite {
namespace {

// Walks all that fits: the total is exact, and the page is picked up on the way.
constexpr Statement matching_by_person{
    "contact_numbers_matching_by_person",
    "SELECT id FROM contact_numbers INDEXED BY contact_numbers_on_person"
    " WHERE account_id = ?1 AND (?2 = '' OR instr(number, ?2) > 0)"
    "   AND person_type = ?3 AND person_id = ?4"
    "   AND (?5 IS NULL OR phone_type = ?5) AND (?6 IS NULL OR is_primary = ?6)"
    "   AND (?7 IS NULL OR verified = ?7) AND (?8 IS NULL OR do_not_call = ?8)"
    " ORDER BY CASE WHEN ?9 THEN number END, id DESC"};

// Out of the unique index alone, where a person's numbers lie side by side.
constexpr Statement people_with_digits{
    "people_with_digits",
    "SELECT p.id FROM (SELECT DISTINCT person_id FROM contact_numbers INDEXED BY contact_numbers_on_person"
    "                  WHERE account_id = ?1 AND person_type = ?2 AND instr(number, ?3) > 0) n"
    " CROSS JOIN people p ON p.account_id = ?1 AND p.person_type = ?2 AND p.id = n.person_id"
    " ORDER BY p.created_at DESC, p.id DESC"};
constexpr Statement person_with_contact_number{
    "person_with_contact_number",
    "SELECT p.created_at, p.id FROM contact_numbers c"
    " CROSS JOIN people p ON p.account_id = ?1 AND p.person_type = c.person_type AND p.id = c.person_id"
    " WHERE c.account_id = ?1 AND c.id = ?2 AND c.person_type = ?3"};

constexpr Statement name_of_contact_number{
    "name_of_contact_number",
    "SELECT p.last_key, p.first_key FROM contact_numbers c"
    " CROSS JOIN people p ON p.account_id = ?1 AND p.person_type = c.person_type AND p.id = c.person_id"
    " WHERE c.account_id = ?1 AND c.id = ?2"};

constexpr books::Statement contact_numbers_to_index{
    "contact_numbers_to_index",
    SQL("SELECT ", indexed_columns, " FROM contact_numbers WHERE account_id = ?1 ORDER BY id")};

template <class AnyId>
Matches<AnyId> collect(Query& query, std::int64_t limit, std::int64_t offset) {
  Matches<AnyId> matches;
  for (; query.next(); ++matches.total)
    if (matches.total >= offset && matches.total - offset < limit)
      matches.page.push_back(query.get<AnyId>(0));
  return matches;
}

}  // namespace

DigitMatches SqliteDigitSearch::indexed(AccountId account, DigitPattern const& pattern, std::int64_t limit,
                                        std::int64_t offset) const {
  return indexes_.find(account, counters_.committed_sequence(account), pattern, limit, offset, when_absent_,
                       [&](DigitIndex& index) {
                         Query query(db_, contact_numbers_to_index.sqlite, account);
                         while (query.next())
                           index.put(indexed_number_of(query, key_of(query.get<std::string_view>(0)), 1));
                       });
}

std::vector<LinkedContactNumber> SqliteDigitSearch::with_number(AccountId account, TenDigits const& number,
                                                                std::int64_t limit) const {
  DigitPattern const whole{.digits = number.view()};
  auto found = indexed(account, whole, limit, 0);
  if (found.total > limit) found = indexed(account, whole, limit, found.total - limit);
  std::ranges::reverse(found.page);
  auto numbers = numbers_of(account, ids_of(found.page));
  // What this transaction has changed is in no index yet.
  std::erase_if(numbers, [&number](LinkedContactNumber const& n) { return n.number.number != number; });
  return numbers;
}

std::vector<LinkedContactNumber> SqliteDigitSearch::numbers_of(
    AccountId account, std::vector<ContactNumberId> const& ids) const {
  std::vector<LinkedContactNumber> numbers;
  numbers.reserve(ids.size());
  for (auto const& id : ids)
    if (auto number = Query(db_, books::contact_number_by_id.sqlite, account, id)
                          .one(books::linked_contact_number_of<Query>))
      numbers.push_back(std::move(*number));
  return numbers;
}

std::vector<Person> SqliteDigitSearch::people_of(AccountId account, PersonType type,
                                                 std::vector<PersonId> const& ids) const {
  std::vector<Person> people;
  for (auto const& id : ids)
    if (auto person = Query(db_, books::person_by_id.sqlite, account, type, id).one(books::person_of<Query>))
      people.push_back(std::move(*person));
  return people;
}

Matches<ContactNumberId> SqliteDigitSearch::numbers_read(AccountId account, ContactNumberFilter const& filter,
                                                         std::int64_t limit, std::int64_t offset) const {
  Query query(db_, matching_by_person, account, filter.digits, filter.person->type, filter.person->id,
              filter.phone_type, filter.primary, filter.verified, filter.do_not_call,
              filter.order == NumberOrder::number);
  return collect<ContactNumberId>(query, limit, offset);
}

std::vector<ContactNumberId> SqliteDigitSearch::in_name_order(AccountId account,
                                                              std::vector<ContactNumberId> const& ids,
                                                              std::int64_t limit, std::int64_t offset) const {
  struct Named {
    std::string last, first;
    std::string_view id;
  };
  std::vector<Named> named;
  named.reserve(ids.size());
  for (auto const& id : ids) {
    Query query(db_, name_of_contact_number, account, id);
    if (query.next()) named.push_back({query.get<std::string>(0), query.get<std::string>(1), id.value});
  }
  std::ranges::sort(named, [](Named const& a, Named const& b) {
    return std::tie(a.last, a.first, b.id) < std::tie(b.last, b.first, a.id);
  });
  std::vector<ContactNumberId> page;
  auto const all = static_cast<std::int64_t>(named.size());
  for (auto i = std::min(offset, all); i < all && std::ssize(page) < limit; ++i)
    page.push_back({std::string(named[static_cast<std::size_t>(i)].id)});
  return page;
}

std::vector<ContactNumberId> SqliteDigitSearch::walked_by_name(AccountId account,
                                                               ContactNumberFilter const& filter,
                                                               std::int64_t limit,
                                                               std::int64_t offset) const {
  Query query(db_, books::contact_numbers_by_name.sqlite, account, filter.digits, filter.person_type,
              filter.phone_type, filter.primary, filter.verified, filter.do_not_call, limit, offset);
  std::vector<ContactNumberId> page;
  while (query.next()) page.push_back(query.get<ContactNumberId>(0));
  return page;
}

Matches<PersonId> SqliteDigitSearch::people_read(AccountId account, PersonType type,
                                                 std::string const& digits, std::int64_t limit,
                                                 std::int64_t offset) const {
  Query query(db_, people_with_digits, account, type, digits);
  return collect<PersonId>(query, limit, offset);
}

Matches<PersonId> SqliteDigitSearch::people_with(AccountId account, PersonType type,
                                                 std::vector<ContactNumberId> const& numbers,
                                                 std::int64_t limit, std::int64_t offset) const {
  std::vector<std::tuple<Instant, std::string>> people;  // when and who
  for (auto const& id : numbers) {
    Query query(db_, person_with_contact_number, account, id, type);
    if (query.next()) people.emplace_back(query.get<Instant>(0), query.get<std::string>(1));
  }
  std::ranges::sort(people, std::greater());
  auto const repeated = std::ranges::unique(people);
  people.erase(repeated.begin(), repeated.end());
  Matches<PersonId> matches{.page = {}, .total = static_cast<std::int64_t>(people.size())};
  auto const end = std::min(offset + limit, matches.total);
  for (auto i = offset; i < end; ++i)
    matches.page.push_back({std::get<std::string>(std::move(people[static_cast<std::size_t>(i)]))});
  return matches;
}

}  // namespace linebook::sqlite

#include "store/sqlite/digit_search.h"

#include <algorithm>
#include <tuple>

namespace linebook::sqlite {
namespace {

constexpr std::size_t whole_number = 10;  // digits

// Up to so many numbers, their people are looked up one by one; for more a scan is quicker.
constexpr std::int64_t few_numbers = 20'000;

// These walk all that fits: the total is exact, and the page is picked up on the way.
constexpr Statement matching_by_number{
    "contact_numbers_matching_by_number",
    "SELECT id FROM contact_numbers INDEXED BY contact_numbers_by_number"
    " WHERE account_id = ?1 AND number = ?2"
    "   AND (?3 IS NULL OR person_type = ?3) AND (?4 IS NULL OR person_id = ?4)"
    "   AND (?5 IS NULL OR phone_type = ?5) AND (?6 IS NULL OR is_primary = ?6)"
    "   AND (?7 IS NULL OR verified = ?7) AND (?8 IS NULL OR do_not_call = ?8)"
    " ORDER BY id DESC"};
constexpr Statement matching_by_person{
    "contact_numbers_matching_by_person",
    "SELECT id FROM contact_numbers INDEXED BY contact_numbers_by_person"
    " WHERE account_id = ?1 AND (?2 = '' OR instr(number, ?2) > 0)"
    "   AND person_type = ?3 AND person_id = ?4"
    "   AND (?5 IS NULL OR phone_type = ?5) AND (?6 IS NULL OR is_primary = ?6)"
    "   AND (?7 IS NULL OR verified = ?7) AND (?8 IS NULL OR do_not_call = ?8)"
    " ORDER BY id DESC"};

constexpr Statement people_with_whole_number{
    "people_with_whole_number",
    "SELECT p.id FROM (SELECT DISTINCT person_id FROM contact_numbers INDEXED BY contact_numbers_by_number"
    "                  WHERE account_id = ?1 AND number = ?3 AND person_type = ?2) n"
    " CROSS JOIN people p ON p.account_id = ?1 AND p.person_type = ?2 AND p.id = n.person_id"
    " ORDER BY p.created_at DESC, p.id DESC"};
constexpr Statement people_with_digits{
    "people_with_digits",
    "SELECT p.id FROM (SELECT DISTINCT person_id FROM contact_numbers INDEXED BY contact_numbers_by_number"
    "                  WHERE account_id = ?1 AND instr(number, ?3) > 0 AND person_type = ?2) n"
    " CROSS JOIN people p ON p.account_id = ?1 AND p.person_type = ?2 AND p.id = n.person_id"
    " ORDER BY p.created_at DESC, p.id DESC"};
constexpr Statement person_with_contact_number{
    "person_with_contact_number",
    "SELECT p.created_at, p.id FROM contact_numbers c"
    " CROSS JOIN people p ON p.account_id = ?1 AND p.person_type = c.person_type AND p.id = c.person_id"
    " WHERE c.account_id = ?1 AND c.id = ?2 AND c.person_type = ?3"};

constexpr Statement contact_numbers_to_index{
    "contact_numbers_to_index",
    "SELECT id, number, phone_type, is_primary, verified, do_not_call FROM contact_numbers"
    " WHERE account_id = ?1 ORDER BY id"};

template <class AnyId>
Matches<AnyId> collect(Query& query, std::int64_t limit, std::int64_t offset) {
  Matches<AnyId> matches;
  for (; query.next(); ++matches.total)
    if (matches.total >= offset && matches.total - offset < limit)
      matches.page.push_back(query.get<AnyId>(0));
  return matches;
}

IndexedNumber indexed_of(Query const& row) {
  return {.key = key_of(row.get<std::string_view>(0)),
          .digits = row.get<TenDigits>(1),
          .phone_type = row.get<PhoneType>(2),
          .primary = row.get<bool>(3),
          .verified = row.get<bool>(4),
          .do_not_call = row.get<bool>(5)};
}

}  // namespace

DigitMatches DigitSearch::indexed(AccountId account, DigitPattern const& pattern, std::int64_t limit,
                                  std::int64_t offset) const {
  return indexes_.find(account, counters_.last_sequence(account), pattern, limit, offset,
                       [&](DigitIndex& index) {
                         Query query(db_, contact_numbers_to_index, account);
                         while (query.next()) index.put(indexed_of(query));
                       });
}

Matches<ContactNumberId> DigitSearch::numbers(AccountId account, ContactNumberFilter const& filter,
                                              std::int64_t limit, std::int64_t offset) const {
  bool const whole = filter.digits.size() == whole_number;
  if (whole || filter.person) {
    std::optional<PersonType> type;
    std::optional<std::string_view> id;
    if (filter.person) {
      type = filter.person->type;
      id = filter.person->id.value;
    }
    Query query(db_, whole ? matching_by_number : matching_by_person, account, filter.digits, type, id,
                filter.phone_type, filter.primary, filter.verified, filter.do_not_call);
    return collect<ContactNumberId>(query, limit, offset);
  }
  auto const found = indexed(account,
                             {.digits = filter.digits,
                              .phone_type = filter.phone_type,
                              .primary = filter.primary,
                              .verified = filter.verified,
                              .do_not_call = filter.do_not_call},
                             limit, offset);
  Matches<ContactNumberId> matches{.page = {}, .total = found.total};
  std::ranges::transform(found.page, std::back_inserter(matches.page), id_of);
  return matches;
}

Matches<PersonId> DigitSearch::people(AccountId account, PersonType type, std::string const& digits,
                                      std::int64_t limit, std::int64_t offset) const {
  if (digits.size() < whole_number) {
    auto const found = indexed(account, {.digits = digits}, few_numbers, 0);
    if (found.total <= few_numbers) return people_with(account, type, found.page, limit, offset);
  }
  auto const& path = digits.size() == whole_number ? people_with_whole_number : people_with_digits;
  Query query(db_, path, account, type, digits);
  return collect<PersonId>(query, limit, offset);
}

Matches<PersonId> DigitSearch::people_with(AccountId account, PersonType type,
                                           std::vector<NumberKey> const& numbers, std::int64_t limit,
                                           std::int64_t offset) const {
  std::vector<std::tuple<Instant, std::string>> people;  // when and who
  for (auto const& number : numbers) {
    auto const id = id_of(number);
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

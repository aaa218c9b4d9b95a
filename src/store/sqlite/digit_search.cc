#include "store/sqlite/digit_search.h"

namespace linebook::sqlite {
namespace {

constexpr std::size_t whole_number = 10;  // digits

// Each of these walks all that fits: the total is exact, and the page is picked up on the way.
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
constexpr Statement matching_in_account{
    "contact_numbers_matching_in_account",
    "SELECT id FROM contact_numbers"
    " WHERE account_id = ?1 AND (?2 = '' OR instr(number, ?2) > 0)"
    "   AND (?3 IS NULL OR person_type = ?3) AND (?4 IS NULL OR person_id = ?4)"
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

template <class AnyId>
Matches<AnyId> collect(Query& query, std::int64_t limit, std::int64_t offset) {
  Matches<AnyId> matches;
  for (; query.next(); ++matches.total)
    if (matches.total >= offset && matches.total - offset < limit)
      matches.page.push_back(query.get<AnyId>(0));
  return matches;
}

}  // namespace

Matches<ContactNumberId> DigitSearch::numbers(AccountId account, ContactNumberFilter const& filter,
                                              std::int64_t limit, std::int64_t offset) const {
  auto const& path = filter.digits.size() == whole_number ? matching_by_number
                     : filter.person                      ? matching_by_person
                                                          : matching_in_account;
  std::optional<PersonType> type;
  std::optional<std::string_view> id;
  if (filter.person) {
    type = filter.person->type;
    id = filter.person->id.value;
  }
  Query query(db_, path, account, filter.digits, type, id, filter.phone_type, filter.primary, filter.verified,
              filter.do_not_call);
  return collect<ContactNumberId>(query, limit, offset);
}

Matches<PersonId> DigitSearch::people(AccountId account, PersonType type, std::string const& digits,
                                      std::int64_t limit, std::int64_t offset) const {
  auto const& path = digits.size() == whole_number ? people_with_whole_number : people_with_digits;
  Query query(db_, path, account, type, digits);
  return collect<PersonId>(query, limit, offset);
}

}  // namespace linebook::sqlite

#include "store/search/digit_search.h"

namespace linebook {
namespace {

// Up to so many numbers, their people are looked up by them; for more a scan is quicker.
constexpr std::int64_t few_numbers = 20'000;

DigitPattern pattern_of(ContactNumberFilter const& filter) {
  return {.digits = filter.digits,
          .phone_type = filter.phone_type,
          .primary = filter.primary,
          .verified = filter.verified,
          .do_not_call = filter.do_not_call};
}

}  // namespace

Matches<ContactNumberId> DigitSearch::numbers(AccountId account, ContactNumberFilter const& filter,
                                              std::int64_t limit, std::int64_t offset) const {
  if (filter.person || !is_indexed(filter.digits)) return numbers_read(account, filter, limit, offset);
  auto const found = indexed(account, pattern_of(filter), limit, offset);
  return {.page = ids_of(found.page), .total = found.total};
}

Matches<PersonId> DigitSearch::people(AccountId account, PersonType type, std::string const& digits,
                                      std::int64_t limit, std::int64_t offset) const {
  if (is_indexed(digits)) {
    auto const found = indexed(account, {.digits = digits}, few_numbers, 0);
    if (found.total <= few_numbers) return people_with(account, type, ids_of(found.page), limit, offset);
  }
  return people_read(account, type, digits, limit, offset);
}

}  // namespace linebook

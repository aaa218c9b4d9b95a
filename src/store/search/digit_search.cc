#include "store/search/digit_search.h"

namespace linebook {
namespace {

// Of so many numbers at most, people are looked up by them; of more never.
constexpr std::int64_t few_numbers = 20'000;

DigitPattern pattern_of(ContactNumberFilter const& filter) {
  return {.digits = filter.digits,
          .phone_type = filter.phone_type,
          .primary = filter.primary,
          .verified = filter.verified,
          .do_not_call = filter.do_not_call,
          .person_type = filter.person_type,
          .by_number = filter.order == NumberOrder::number};
}

}  // namespace

Matches<ContactNumberId> DigitSearch::numbers(AccountId account, ContactNumberFilter const& filter,
                                              std::int64_t limit, std::int64_t offset) const {
  if (filter.person && filter.person_type && filter.person->type != *filter.person_type) return {};
  if (filter.order == NumberOrder::name && !filter.person)
    return numbers_by_name(account, filter, limit, offset);
  if (filter.person || !is_indexed(filter.digits)) return numbers_read(account, filter, limit, offset);
  auto const found = indexed(account, pattern_of(filter), limit, offset);
  return {.page = ids_of(found.page), .total = found.total};
}

/// A walk along the names passes numbers that do not fit, too, up to the page; looking names up is for each
/// that fits.
bool DigitSearch::is_walked_sooner(AccountId account, std::int64_t total, std::int64_t up_to) const {
  if (total > few_numbers) return true;
  return is_indexed({}) && up_to * indexed(account, {}, 0, 0).total < total * total;
}

Matches<ContactNumberId> DigitSearch::numbers_by_name(AccountId account, ContactNumberFilter filter,
                                                      std::int64_t limit, std::int64_t offset) const {
  filter.order = NumberOrder::newest;
  auto const total = numbers(account, filter, 0, 0).total;
  if (offset >= total) return {.page = {}, .total = total};
  if (is_walked_sooner(account, total, offset + limit))
    return {.page = walked_by_name(account, filter, limit, offset), .total = total};
  auto const found = numbers(account, filter, few_numbers, 0);
  return {.page = in_name_order(account, found.page, limit, offset), .total = total};
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

// The quality report of an account's contact book: three walks, each counting all and keeping the first few.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "store/sqlite/transaction.h"

namespace linebook::sqlite {
namespace {

constexpr Statement numbers_by_age{
    "quality_numbers_by_age", "SELECT number, id FROM contact_numbers WHERE account_id = ?1 ORDER BY id"};
constexpr Statement never_verified{
    "quality_never_verified",
    "SELECT number, id FROM contact_numbers WHERE account_id = ?1 AND verified = 0 ORDER BY id DESC"};
constexpr Statement without_primary{
    "quality_without_primary",
    "SELECT p.person_type, p.id, p.first_name, p.last_name FROM people p WHERE p.account_id = ?1"
    " AND NOT EXISTS (SELECT 1 FROM contact_numbers c INDEXED BY contact_numbers_primary"
    "                 WHERE c.account_id = ?1 AND c.person_type = p.person_type AND c.person_id = p.id"
    "                 AND c.is_primary = 1)"
    " ORDER BY p.person_type, p.id"};

template <class List>
bool has_room(List const& list) {
  return static_cast<std::int64_t>(list.size()) < quality_list_limit;
}

template <class List, class Order>
void keep_first(List& list, Order before) {
  std::ranges::sort(list, before);
  if (static_cast<std::int64_t>(list.size()) > quality_list_limit)
    list.erase(list.begin() + quality_list_limit, list.end());
}

bool lower_number(QualityReport::Doubtful const& a, QualityReport::Doubtful const& b) {
  return a.number != b.number ? a.number < b.number : a.id.value < b.id.value;
}

std::uint64_t value_of(TenDigits const& number) {
  std::uint64_t value = 0;
  for (char const digit : number.view()) value = value * 10 + static_cast<std::uint64_t>(digit - '0');
  return value;
}

/// The numbers that most people share, out of any number of candidates, in bounded memory.
class MostShared {
 public:
  void add(TenDigits const& number, std::int64_t people) {
    list_.push_back({number, people});
    if (static_cast<std::int64_t>(list_.size()) >= 2 * quality_list_limit) keep_first(list_, more_people);
  }
  std::vector<QualityReport::SharedNumber> take() {
    keep_first(list_, more_people);
    return std::move(list_);
  }

 private:
  static bool more_people(QualityReport::SharedNumber const& a, QualityReport::SharedNumber const& b) {
    return a.people != b.people ? a.people > b.people : a.number < b.number;
  }
  std::vector<QualityReport::SharedNumber> list_;
};

/// Numbers that several people have: a number is once on a person. Puts the numbers in order for that.
void judge_shared(std::vector<std::uint64_t>& numbers, QualityReport& report) {
  std::ranges::sort(numbers);
  MostShared most_shared;
  for (auto run = numbers.begin(); run != numbers.end();) {
    auto const end = std::upper_bound(run, numbers.end(), *run);
    auto const people = end - run;
    if (people > 1) {
      ++report.shared_numbers_total;
      most_shared.add(TenDigits::parse(fmt::format("{:010}", *run)).value(), people);
    }
    run = end;
  }
  report.shared_numbers = most_shared.take();
}

void judge_numbers(Connection& db, AccountId account, QualityReport& report) {
  std::map<std::string, std::int64_t, std::less<>> unassigned;
  std::vector<std::uint64_t> numbers;  // eight bytes each
  Query query(db, numbers_by_age, account);
  while (query.next()) {
    auto const number = query.get<TenDigits>(0);
    ++report.total_numbers;
    numbers.push_back(value_of(number));
    // A number may be doubtful in both ways, and then counts for both.
    if (!number.has_assigned_area_code()) {
      ++report.unassigned_area_code_numbers;
      ++unassigned[std::string(number.area_code())];
    }
    if (!number.has_valid_exchange()) {
      ++report.invalid_exchange_numbers;
      report.invalid_exchanges.push_back({query.get<ContactNumberId>(1), number});
      if (static_cast<std::int64_t>(report.invalid_exchanges.size()) >= 2 * quality_list_limit)
        keep_first(report.invalid_exchanges, lower_number);
    }
  }
  keep_first(report.invalid_exchanges, lower_number);
  judge_shared(numbers, report);
  for (auto const& [code, count] : unassigned) report.unassigned_area_codes.push_back({code, count});
  keep_first(report.unassigned_area_codes, [](auto const& a, auto const& b) {
    return a.count != b.count ? a.count > b.count : a.area_code < b.area_code;
  });
}

}  // namespace

QualityReport SqliteContactNumbers::quality(AccountId account) const {
  QualityReport report;
  judge_numbers(db_, account, report);
  for (Query query(db_, never_verified, account); query.next(); ++report.never_verified_numbers)
    if (has_room(report.never_verified))
      report.never_verified.push_back({query.get<ContactNumberId>(1), query.get<TenDigits>(0)});
  for (Query query(db_, without_primary, account); query.next(); ++report.people_without_primary)
    if (has_room(report.without_primary))
      report.without_primary.push_back({{query.get<PersonType>(0), query.get<PersonId>(1)},
                                        query.get<std::string>(2) + " " + query.get<std::string>(3)});
  return report;
}

}  // namespace linebook::sqlite

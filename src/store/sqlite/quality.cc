// The quality report of an account's contact book: three walks, each counting all and keeping the first few.
#include <algorithm>
#include <map>

#include "store/sqlite/transaction.h"

namespace linebook::sqlite {
namespace {

// In order of number, out of the unique index alone: numbers shared by several people lie side by side.
constexpr Statement numbers_in_order{
    "quality_numbers_in_order",
    "SELECT number, id FROM contact_numbers INDEXED BY contact_numbers_by_number"
    " WHERE account_id = ?1 ORDER BY number"};
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

void judge_numbers(Connection& db, AccountId account, QualityReport& report) {
  std::map<std::string, std::int64_t, std::less<>> unassigned;
  MostShared most_shared;
  std::optional<TenDigits> last;
  std::int64_t people = 0;  // who have `last`: a number is once on a person
  auto const close_run = [&] {
    if (people < 2) return;
    ++report.shared_numbers_total;
    most_shared.add(*last, people);
  };
  Query query(db, numbers_in_order, account);
  while (query.next()) {
    auto const number = query.get<TenDigits>(0);
    ++report.total_numbers;
    if (last != number) {
      close_run();
      last = number;
      people = 0;
    }
    ++people;
    // A number may be doubtful in both ways, and then counts for both.
    if (!number.has_assigned_area_code()) {
      ++report.unassigned_area_code_numbers;
      ++unassigned[std::string(number.area_code())];
    }
    if (!number.has_valid_exchange()) {
      ++report.invalid_exchange_numbers;
      if (has_room(report.invalid_exchanges))
        report.invalid_exchanges.push_back({query.get<ContactNumberId>(1), number});
    }
  }
  close_run();
  report.shared_numbers = most_shared.take();
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

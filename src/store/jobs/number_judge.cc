#include "store/jobs/number_judge.h"

#include <fmt/format.h>

#include <algorithm>

namespace linebook {
namespace {

template <class List, class Order>
void keep_first(List& list, Order before) {
  std::ranges::sort(list, before);
  if (static_cast<std::int64_t>(list.size()) > quality_list_limit)
    list.erase(list.begin() + quality_list_limit, list.end());
}

/// The first few out of any number of candidates, in bounded memory.
template <class List, class Order>
void keep_some(List& list, Order before) {
  if (static_cast<std::int64_t>(list.size()) >= 2 * quality_list_limit) keep_first(list, before);
}

bool lower_number(QualityReport::Doubtful const& a, QualityReport::Doubtful const& b) {
  return a.number != b.number ? a.number < b.number : a.id.value < b.id.value;
}

bool more_people(QualityReport::SharedNumber const& a, QualityReport::SharedNumber const& b) {
  return a.people != b.people ? a.people > b.people : a.number < b.number;
}

std::uint64_t value_of(TenDigits const& number) {
  std::uint64_t value = 0;
  for (char const digit : number.view()) value = value * 10 + static_cast<std::uint64_t>(digit - '0');
  return value;
}

}  // namespace

void NumberJudge::add(TenDigits const& number, ContactNumberId const& id) {
  ++report_.total_numbers;
  numbers_.push_back(value_of(number));
  // A number may be doubtful in both ways, and then counts for both.
  if (!number.has_assigned_area_code()) {
    ++report_.unassigned_area_code_numbers;
    ++unassigned_[std::string(number.area_code())];
  }
  if (!number.has_valid_exchange()) {
    ++report_.invalid_exchange_numbers;
    report_.invalid_exchanges.push_back({id, number});
    keep_some(report_.invalid_exchanges, lower_number);
  }
}

/// Numbers that several people have: a number is once on a person. Puts the numbers in order for that.
void NumberJudge::judge_shared() {
  std::ranges::sort(numbers_);
  auto& shared = report_.shared_numbers;
  for (auto run = numbers_.begin(); run != numbers_.end();) {
    auto const end = std::upper_bound(run, numbers_.end(), *run);
    auto const people = end - run;
    if (people > 1) {
      ++report_.shared_numbers_total;
      shared.push_back({TenDigits::parse(fmt::format("{:010}", *run)).value(), people});
      keep_some(shared, more_people);
    }
    run = end;
  }
  keep_first(shared, more_people);
}

void NumberJudge::finish() {
  keep_first(report_.invalid_exchanges, lower_number);
  judge_shared();
  for (auto const& [code, count] : unassigned_) report_.unassigned_area_codes.push_back({code, count});
  keep_first(report_.unassigned_area_codes, [](auto const& a, auto const& b) {
    return a.count != b.count ? a.count > b.count : a.area_code < b.area_code;
  });
}

}  // namespace linebook

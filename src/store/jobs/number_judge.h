// The part of a quality report that a walk over all numbers gives: each is judged by itself, and compared
// with the others.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/ports/contact_numbers.h"

namespace linebook {

template <class List>
bool has_room(List const& list) {
  return static_cast<std::int64_t>(list.size()) < quality_list_limit;
}

/// Counts all, keeps the first few. Eight bytes of memory a number.
class NumberJudge {
 public:
  explicit NumberJudge(QualityReport& report) : report_(report) {}

  /// In any order.
  void add(TenDigits const&, ContactNumberId const&);
  /// After the last.
  void finish();

 private:
  void judge_shared();

  QualityReport& report_;
  std::map<std::string, std::int64_t, std::less<>> unassigned_;
  std::vector<std::uint64_t> numbers_;
};

}  // namespace linebook

// Whom a dial list's filter takes in, number by number.
#pragma once

#include <string>

#include "base/result.h"
#include "domain/dialing/dial_list.h"

namespace linebook {

inline constexpr std::size_t max_filter_text = 100;  // characters

class DialFilterRule {
 public:
  /// invalid_query for a text that holds neither letters nor digits, or is no part of a number though it
  /// looks like one.
  static Result<DialFilterRule> of(DialFilter const&);

  /// As far as the number tells.
  bool fits(ContactNumber const&) const;
  /// Does it depend on more of the person than the number tells?
  bool asks_about_person() const;
  bool fits(Person const&) const;

 private:
  explicit DialFilterRule(DialFilter filter) : filter_(std::move(filter)) {}

  DialFilter filter_;
  std::string digits_, last_key_, first_key_;  // of its text
};

}  // namespace linebook

#include "domain/dialing/dial_filter.h"

#include "domain/numbers/number_query.h"
#include "domain/text/name_key.h"

namespace linebook {

Result<DialFilterRule> DialFilterRule::of(DialFilter const& filter) {
  DialFilterRule rule(filter);
  if (!filter.text) return rule;
  auto const& text = *filter.text;
  if (NumberQuery::looks_like_one(text)) {
    auto number = NumberQuery::parse(text);
    if (!number) return fail(std::move(number.error()));
    rule.digits_ = number->digits();
    return rule;
  }
  auto const comma = text.find(',');
  rule.last_key_ = name_key(text.substr(0, comma));
  if (comma != text.npos) rule.first_key_ = name_key(text.substr(comma + 1));
  if (rule.last_key_.empty() && rule.first_key_.empty())
    return fail(ErrorCode::invalid_query,
                "must hold the beginning of a name (last,first) or part of a number");
  return rule;
}

bool DialFilterRule::fits(ContactNumber const& number) const {
  return number.person.type == filter_.person_type &&
         (!filter_.phone_type || number.phone_type == *filter_.phone_type) &&
         (!filter_.verified || number.verified == *filter_.verified) &&
         number.number.view().find(digits_) != std::string_view::npos;
}

bool DialFilterRule::asks_about_person() const {
  return filter_.state || !last_key_.empty() || !first_key_.empty();
}

bool DialFilterRule::fits(Person const& person) const {
  return (!filter_.state || person.state == filter_.state) &&
         (last_key_.empty() || name_key(person.last_name).starts_with(last_key_)) &&
         (first_key_.empty() || name_key(person.first_name).starts_with(first_key_));
}

}  // namespace linebook

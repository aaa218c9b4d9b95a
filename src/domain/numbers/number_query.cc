#include "domain/numbers/number_query.h"

#include <algorithm>

#include "domain/numbers/number_marks.h"
#include "domain/numbers/written_number.h"
#include "domain/text/ascii.h"

namespace linebook {
namespace {

constexpr std::string_view query_formatting = "()-./ +";
constexpr std::size_t max_query_digits = 10;

bool has_only_digits_and_formatting(std::string_view plain) {
  for (char c : plain)
    if (!is_ascii_digit(c) && query_formatting.find(c) == query_formatting.npos) return false;
  return true;
}

/// A message of the normaliser that says more than that it is no number.
bool tells_why(NumberObstacle obstacle) {
  return obstacle == NumberObstacle::rounded || obstacle == NumberObstacle::foreign ||
         obstacle == NumberObstacle::letters || obstacle == NumberObstacle::several;
}

}  // namespace

Result<NumberQuery> NumberQuery::parse(std::string_view text) {
  auto refuse = [](std::string const& why) {
    return fail(ErrorCode::invalid_query, "q " + why, {{"q", why}});
  };
  NumberQuery query;
  if (text.size() <= max_query_digits && std::ranges::all_of(text, is_ascii_digit)) {
    query.digits_ = text;
    return query;
  }
  auto const whole = read_written_number(text);
  if (whole && !whole->extension.empty())
    return refuse("has an extension (" + whole->extension + "): numbers are kept without one, leave it out");
  if (whole) {
    query.digits_ = whole->number.view();
    return query;
  }
  if (count_characters(text) > max_written_number)
    return refuse("must have at most 64 characters: 1 to 10 digits of a number");
  auto const plain = plain_marks(text);
  if (!has_only_digits_and_formatting(plain)) {
    if (tells_why(whole.error().obstacle)) return refuse(message_for(whole.error()));
    return refuse(
        "must be part of a number: 1 to 10 digits, which may be formatted with ( ) - . / + and spaces");
  }
  for (char c : plain)
    if (is_ascii_digit(c)) query.digits_ += c;
  if (query.digits_.size() == max_query_digits + 1 && query.digits_.front() == '1') query.digits_.erase(0, 1);
  if (query.digits_.size() > max_query_digits)
    return refuse(tells_why(whole.error().obstacle) ? message_for(whole.error())
                                                    : "must hold at most 10 digits");
  if (query.digits_.empty() && plain.find_first_not_of(' ') != plain.npos)
    return refuse("must hold at least one digit; leave it empty to list all numbers");
  return query;
}

bool NumberQuery::looks_like_one(std::string_view text) {
  if (has_only_digits_and_formatting(text)) return true;
  if (count_characters(text) > max_written_number) return false;
  auto const whole = read_written_number(text);
  if (whole || whole.error().obstacle == NumberObstacle::rounded) return true;
  auto const plain = plain_marks(text);
  return has_only_digits_and_formatting(plain) && std::ranges::any_of(plain, is_ascii_digit);
}

}  // namespace linebook

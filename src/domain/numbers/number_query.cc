#include "domain/numbers/number_query.h"

#include "domain/text/ascii.h"

namespace linebook {
namespace {

constexpr std::string_view query_formatting = "()-. +";
constexpr std::size_t max_query_digits = 10;

}  // namespace

Result<NumberQuery> NumberQuery::parse(std::string_view text) {
  auto refuse = [](char const* why) {
    return fail(ErrorCode::invalid_query, std::string("q ") + why, {{"q", why}});
  };
  NumberQuery query;
  if (text.size() > max_input) return refuse("must have at most 64 characters: 1 to 10 digits of a number");
  for (char c : text) {
    if (is_ascii_digit(c))
      query.digits_ += c;
    else if (query_formatting.find(c) == query_formatting.npos)
      return refuse(
          "must be part of a number: 1 to 10 digits, which may be formatted with ( ) - . + and spaces");
  }
  if (query.digits_.size() == max_query_digits + 1 && query.digits_.front() == '1') query.digits_.erase(0, 1);
  if (query.digits_.size() > max_query_digits) return refuse("must hold at most 10 digits");
  if (query.digits_.empty() && text.find_first_not_of(' ') != text.npos)
    return refuse("must hold at least one digit; leave it empty to list all numbers");
  return query;
}

}  // namespace linebook

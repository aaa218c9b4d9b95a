// Writes a number in any way that is accepted, several ways on top of each other: reading gives the number.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <string>
#include <vector>

#include "domain/numbers/number_marks.h"
#include "domain/numbers/number_query.h"
#include "domain/numbers/telecom_text.h"
#include "domain/numbers/written_number.h"

namespace linebook {
namespace {

using Choices = std::vector<std::string>;

Choices const prefixes{"",      "1",    "+1",     "1-",     "+1 ",     "(+1) ", "001",
                       "00 1 ", "0111", "011 1 ", "tel:+1", "tel:+1-", "TEL:1", "\uff0b1"};
Choices const separators{"",       " ",      "-",      ".",      "/",      "\t",     "\u00a0", "\u2009",
                         "\u2007", "\u202f", "\u3000", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014",
                         "\u2212", "\ufe63", "\uff0d", "\u200b", "\u200e", "\u2060", ") ",     " - "};
Choices const openings{"", " ", "'", "\u2019", "\u200e", "\u202a", "\ufeff", "=\"", "\"", "\u00a0"};
Choices const zeros{"0", "\u0660", "\u06f0", "\u0966", "\u0e50", "\uff10"};
Choices const extension_marks{" ext. ", "x", " x ", " Ext ",  " extension ", "#",      " #",
                              ";ext=",  ",", ",,",  "; ext ", " (ext: ",     " poste "};

std::string chosen(Choices const& choices) { return *rc::gen::elementOf(choices); }

std::string digits_of_any_number(int count) {
  std::string digits;
  for (int i = 0; i < count; ++i) digits += static_cast<char>('0' + *rc::gen::inRange(0, 10));
  return digits;
}

/// Each digit in the script of that zero.
std::string in_script(std::string const& digits, std::string const& zero) {
  std::string text;
  for (char digit : digits) {
    text += zero;
    text.back() = static_cast<char>(text.back() + (digit - '0'));
  }
  return text;
}

std::string closing_of(std::string const& opening) {
  if (opening == "=\"" || opening == "\"") return "\"";
  return opening == "\u202a" ? "\u202c" : "";
}

/// "(585) 298-4401" and its like, behind a prefix.
std::string formatted(std::string const& number) {
  auto const zero = chosen(zeros);
  auto const separator = [] { return chosen(separators); };
  return chosen(prefixes) + in_script(number.substr(0, 3), zero) + separator() +
         in_script(number.substr(3, 3), zero) + separator() + in_script(number.substr(6), zero);
}

/// What a spreadsheet makes of a number that it takes for an amount.
std::string calculated(std::string const& number) {
  auto const whole = *rc::gen::element(std::string(), std::string("1")) + number;
  auto const point = *rc::gen::element(std::string("."), std::string(","));
  if (*rc::gen::arbitrary<bool>())
    return whole + point + *rc::gen::element(std::string("0"), std::string("00"));
  auto const mark = *rc::gen::element(std::string("E"), std::string("e+"), std::string("E+0"));
  return whole.substr(0, 1) + point + whole.substr(1) + mark + std::to_string(whole.size() - 1);
}

void is_read_as(std::string const& text, std::string const& number, std::string const& extension) {
  RC_LOG() << "written: " << text << "\n";
  RC_PRE(count_characters(text) <= max_written_number);
  auto const read = read_written_number(text);
  RC_ASSERT(read.has_value());
  RC_ASSERT(read->number.str() == number);
  RC_ASSERT(read->extension == extension);

  auto const query = NumberQuery::parse(text);
  RC_ASSERT(query.has_value() == extension.empty());
  if (query) RC_ASSERT(query->digits() == number);
  auto const telecom = read_telecom_text(text);
  RC_ASSERT(telecom.numbers == std::vector{read->number});
  RC_ASSERT(telecom.extensions == (extension.empty() ? 0u : 1u));
  RC_ASSERT(telecom.unread.empty());
  auto const e164 = read_written_e164(text);
  RC_ASSERT(e164.has_value());
  RC_ASSERT(e164->number == read->number.to_e164());
}

TEST(WrittenNumberProperty, ReadsWhatWasWritten) {
  EXPECT_TRUE(rc::check("formatted", [] {
    auto const number = digits_of_any_number(10);
    auto const opening = chosen(openings);
    is_read_as(opening + formatted(number) + closing_of(opening), number, "");
  }));
  EXPECT_TRUE(rc::check("with an extension", [] {
    auto const number = digits_of_any_number(10);
    auto const extension = digits_of_any_number(*rc::gen::inRange(1, 9));
    is_read_as(formatted(number) + chosen(extension_marks) + extension, number, extension);
  }));
  EXPECT_TRUE(rc::check("calculated", [] {
    auto const number = digits_of_any_number(10);
    is_read_as(calculated(number), number, "");
  }));
}

TEST(WrittenNumberProperty, ReadsNothingElse) {
  EXPECT_TRUE(rc::check("a digit too few or too many", [] {
    auto number = digits_of_any_number(*rc::gen::element(1, 5, 7, 9, 12));
    if (number.starts_with("00") || number.starts_with("011")) number.front() = '2';
    auto const read = read_written_number(number);
    RC_ASSERT(!read.has_value());
    RC_ASSERT(read.error().digits == number.size());
  }));
  EXPECT_TRUE(rc::check("two numbers", [] {
    auto const first = digits_of_any_number(10), second = digits_of_any_number(10);
    auto const between =
        *rc::gen::element<std::string>(" / ", ", ", "; ", " or ", " and ", " & ", " ", "\n", " ::: ");
    auto const read = read_written_number(first + between + second);
    RC_ASSERT(!read.has_value());
    RC_ASSERT(read.error().obstacle == NumberObstacle::several);
    auto const telecom = read_telecom_text(first + between + second);
    RC_ASSERT(telecom.numbers.size() == (first == second ? 1u : 2u));
  }));
}

}  // namespace
}  // namespace linebook

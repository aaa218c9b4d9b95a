#include "domain/numbers/telecom_text.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

using Texts = std::vector<std::string>;

TEST(TelecomText, ReadsWhatPeopleWrote) {
  struct {
    char const* name;
    std::string text;
    Texts numbers;
    Texts warnings;
  } const cases[] = {
      {"plain", "3162650889", {"3162650889"}, {}},
      {"formatted", "(316) 265-0889", {"3162650889"}, {}},
      {"blank", "  ", {}, {}},
      {"empty", "", {}, {}},
      {"or", "316-265-0889 Or 877-927-8397", {"3162650889", "8779278397"}, {}},
      {"or without spaces", "316-265-0889or877-927-8397", {"3162650889", "8779278397"}, {}},
      {"and", "316-265-0889 AND 877-927-8397", {"3162650889", "8779278397"}, {}},
      {"ampersand", "316-265-0889 & 877-927-8397", {"3162650889", "8779278397"}, {}},
      {"comma, semicolon, bar",
       "3162650889, 8779278397;5852984455|2125550123",
       {"3162650889", "8779278397", "5852984455", "2125550123"},
       {}},
      {"slash between numbers", "316-265-0889 / 877-927-8397", {"3162650889", "8779278397"}, {}},
      {"slash inside a number", "316/265-0889", {"3162650889"}, {}},
      {"slash inside and comma between", "316/265-0889, 877/927-8397", {"3162650889", "8779278397"}, {}},
      {"line ends", "316-265-0889\r\n877-927-8397\n", {"3162650889", "8779278397"}, {}},
      {"nothing but spaces between", "(316) 265-0889 (877) 927-8397", {"3162650889", "8779278397"}, {}},
      {"the same twice", "316-265-0889 or 1 316 265 0889", {"3162650889"}, {}},
      {"country code", "+1 (316) 265-0889", {"3162650889"}, {}},
      {"typographic dashes and spaces",
       "316\u2013265\u20110889\u00a0or 8779278397",
       {"3162650889", "8779278397"},
       {}},
      {"labels", "Home: 316-265-0889; (c) 877.927.8397", {"3162650889", "8779278397"}, {}},
      {"labels behind", "316-265-0889 (home), 877-927-8397 cell", {"3162650889", "8779278397"}, {}},
      {"tel URI", "tel:+1-316-265-0889", {"3162650889"}, {}},
      {"tel URI with extension",
       "tel:+1-316-265-0889;ext=12",
       {"3162650889"},
       {"the extension of ***0889 was dropped"}},
      {"X", "800-574-8387 X 54453", {"8005748387"}, {"the extension of ***8387 was dropped"}},
      {"x without spaces", "8005748387x123", {"8005748387"}, {"the extension of ***8387 was dropped"}},
      {"ext.", "800-574-8387 ext. 12", {"8005748387"}, {"the extension of ***8387 was dropped"}},
      {"extension", "800-574-8387, Extension 12", {"8005748387"}, {"the extension of ***8387 was dropped"}},
      {"hash", "800-574-8387 #12", {"8005748387"}, {"the extension of ***8387 was dropped"}},
      {"extension and another number",
       "800-574-8387 x12 or 316-265-0889",
       {"8005748387", "3162650889"},
       {"the extension of ***8387 was dropped"}},
      {"unreadable", "ask the nurse", {}, {"not a ten-digit phone number: ***"}},
      {"too short", "265-0889", {}, {"not a ten-digit phone number: ***0889"}},
      {"another country", "+44 20 7946 0958", {}, {"not a ten-digit phone number: ***0958"}},
      {"another country without a plus", "44 20 7946 0958", {}, {"not a ten-digit phone number: ***0958"}},
      {"readable beside unreadable",
       "316-265-0889 or none",
       {"3162650889"},
       {"not a ten-digit phone number: ***"}},
      {"fax", "fax 316-265-0889", {}, {"not a ten-digit phone number: ***0889"}},
      {"vanity", "1-800-FLOWERS", {}, {"not a ten-digit phone number: ***"}},
      {"Unicode digits", "３１６２６５０８８９", {}, {"not a ten-digit phone number: ***"}},
      {"long extension", "8005748387 x123456789", {}, {"not a ten-digit phone number: ***6789"}},
      {"extension alone", "x12", {}, {"not a ten-digit phone number: ***"}},
      {"label alone", "home", {}, {"not a ten-digit phone number: ***"}},
      {"separators alone", " ,; or ", {}, {}},
      {"longest", std::string(246, ' ') + "3162650889", {"3162650889"}, {}},
      {"too long", std::string(247, ' ') + "3162650889", {}, {"longer than 256 characters, not read"}},
  };
  for (auto const& c : cases) {
    auto reading = read_telecom_text(c.text);
    Texts numbers;
    for (auto const& number : reading.numbers) numbers.push_back(number.str());
    EXPECT_EQ(numbers, c.numbers) << c.name;
    EXPECT_EQ(reading.warnings, c.warnings) << c.name;
  }
}

}  // namespace
}  // namespace linebook

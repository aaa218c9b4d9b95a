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
       {"the extension 12 of ***0889 was left out"}},
      {"X", "800-574-8387 X 54453", {"8005748387"}, {"the extension 54453 of ***8387 was left out"}},
      {"x without spaces", "8005748387x123", {"8005748387"}, {"the extension 123 of ***8387 was left out"}},
      {"ext.", "800-574-8387 ext. 12", {"8005748387"}, {"the extension 12 of ***8387 was left out"}},
      {"extension",
       "800-574-8387, Extension 12",
       {"8005748387"},
       {"the extension 12 of ***8387 was left out"}},
      {"hash", "800-574-8387 #12", {"8005748387"}, {"the extension 12 of ***8387 was left out"}},
      {"extension and another number",
       "800-574-8387 x12 or 316-265-0889",
       {"8005748387", "3162650889"},
       {"the extension 12 of ***8387 was left out"}},
      {"unreadable",
       "ask the nurse",
       {},
       {"*** was left out: it must be a 10-digit phone number, such as 5551234567 or (555) 123-4567"}},
      {"too short",
       "265-0889",
       {},
       {"***0889 was left out: it has only 7 digits: a number has 10, its area code first, such as (555) "
        "123-4567"}},
      {"another country",
       "+44 20 7946 0958",
       {},
       {"***0958 was left out: it is a number of another country: only those of country code 1 can be kept, "
        "such as +15551234567"}},
      {"another country without a plus",
       "44 20 7946 0958",
       {},
       {"***0958 was left out: it has 12 digits: a number has 10, or 11 with the country code 1 before "
        "them"}},
      {"readable beside unreadable",
       "316-265-0889 or none",
       {"3162650889"},
       {"*** was left out: it must be a 10-digit phone number, such as 5551234567 or (555) 123-4567"}},
      {"fax",
       "fax 316-265-0889",
       {},
       {"***0889 was left out: it must be a 10-digit phone number, such as 5551234567 or (555) 123-4567"}},
      {"vanity",
       "1-800-FLOWERS",
       {},
       {"*** was left out: it has letters: write the digits of the keys that they stand on"}},
      {"long extension",
       "8005748387 x123456789",
       {},
       {"***6789 was left out: it must be a 10-digit phone number, such as 5551234567 or (555) 123-4567"}},
      {"extension alone",
       "x12",
       {},
       {"*** was left out: it must be a 10-digit phone number, such as 5551234567 or (555) 123-4567"}},
      {"label alone",
       "home",
       {},
       {"*** was left out: it must be a 10-digit phone number, such as 5551234567 or (555) 123-4567"}},
      {"separators alone", " ,; or ", {}, {}},
      {"longest", std::string(246, ' ') + "3162650889", {"3162650889"}, {}},
      {"full-width digits", "３１６２６５０８８９", {"3162650889"}, {}},
      {"several as an address book writes them",
       "316-265-0889 ::: 877-927-8397",
       {"3162650889", "8779278397"},
       {}},
      {"pause and what is dialled after it",
       "800-574-8387,,12#",
       {"8005748387"},
       {"the extension 12 of ***8387 was left out"}},
      {"rounded, with a comma",
       "5,85298E+09",
       {},
       {"***9809 was left out: it was rounded by a spreadsheet, the last digits are lost: format its column "
        "as text and export it again"}},
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

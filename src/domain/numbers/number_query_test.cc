#include "domain/numbers/number_query.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

TEST(NumberQuery, FindsTheDigitsInWhateverFormatting) {
  struct {
    char const* name;
    std::string text;
    char const* digits;  // nullptr: refused
  } const cases[] = {
      {"part", "585", "585"},
      {"one digit", "4", "4"},
      {"whole", "5852984455", "5852984455"},
      {"formatted", "(585) 298-4455", "5852984455"},
      {"dots", "298.44", "29844"},
      {"country code", "15852984455", "5852984455"},
      {"plus country code", "+1 585 298 4455", "5852984455"},
      {"plus as a decoded space", " 15852984455", "5852984455"},
      {"1 before fewer than ten digits is a digit", "+1585", "1585"},
      {"ten digits that begin with 1", "1852984455", "1852984455"},
      {"empty lists all", "", ""},
      {"blank lists all", "   ", ""},
      {"eleven digits", "25852984455", nullptr},
      {"twelve digits", "115852984455", nullptr},
      {"formatting alone", "()-", nullptr},
      {"letters", "John", nullptr},
      {"letters among digits", "585x12", nullptr},
      {"slash", "585/298", "585298"},
      {"typography", "\u202a585\u2011298\u202c", "585298"},
      {"full-width digits", "５８５", "585"},
      {"whole, as a spreadsheet has it", "5852984407.0", "5852984407"},
      {"whole, as a link", "tel:+1-585-298-4408", "5852984408"},
      {"whole, as dialled from abroad", "001 585 298 4409", "5852984409"},
      {"whole, with an apostrophe", "'+15852984406", "5852984406"},
      {"extension", "585-298-4415 ext. 12", nullptr},
      {"rounded", "5.85298E+09", nullptr},
      {"of another country", "+44 20 7946 0018", nullptr},
      {"wildcard", "585%", nullptr},
      {"NUL", std::string("585\0", 4), nullptr},
      {"too long", std::string(65, ' '), nullptr},
  };
  for (auto const& c : cases) {
    auto query = NumberQuery::parse(c.text);
    ASSERT_EQ(query.has_value(), c.digits != nullptr) << c.name;
    if (query) {
      EXPECT_EQ(query->digits(), c.digits) << c.name;
      EXPECT_EQ(query->lists_all(), query->digits().empty()) << c.name;
      EXPECT_EQ(NumberQuery::parse(query->digits()), query) << c.name;
    } else {
      EXPECT_EQ(query.error().code, ErrorCode::invalid_query) << c.name;
      ASSERT_EQ(query.error().details.size(), 1u) << c.name;
      EXPECT_EQ(query.error().details[0].field, "q") << c.name;
    }
  }
}

TEST(NumberQuery, MatchesAnyPart) {
  EXPECT_TRUE(NumberQuery::parse("298")->matches("5852984455"));
  EXPECT_TRUE(NumberQuery::parse("")->matches("5852984455"));
  EXPECT_FALSE(NumberQuery::parse("2985")->matches("5852984455"));
}

}  // namespace
}  // namespace linebook

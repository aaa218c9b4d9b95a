#include "domain/numbers/ten_digits.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

struct TenDigitsCase {
  char const* name;
  std::string text;
  char const* digits;  // nullptr: refused
};

TEST(TenDigits, TakesWhateverFormatting) {
  TenDigitsCase const cases[] = {
      {"plain", "5551234567", "5551234567"},
      {"dashes", "555-123-4567", "5551234567"},
      {"dots", "555.123.4567", "5551234567"},
      {"parentheses", "(555) 123-4567", "5551234567"},
      {"slash", "555/123-4567", "5551234567"},
      {"country code", "15551234567", "5551234567"},
      {"plus country code", "+15551234567", "5551234567"},
      {"all of it", " +1 (555) 123-4567 ", "5551234567"},
      {"plus in parentheses", "(+1) 555 123 4567", "5551234567"},
      {"ten digits that begin with 1", "1551234567", "1551234567"},
      {"ten digits that begin with 0", "0551234567", "0551234567"},
      {"longest", std::string(54, ' ') + "5551234567", "5551234567"},
      {"too long", std::string(55, ' ') + "5551234567", nullptr},
      {"nine digits", "555123456", nullptr},
      {"eleven digits without a 1", "25551234567", nullptr},
      {"twelve digits", "115551234567", nullptr},
      {"plus without a country code", "+5551234567", nullptr},
      {"another country", "+442079460958", nullptr},
      {"two pluses", "++15551234567", nullptr},
      {"plus inside", "555+1234567", nullptr},
      {"extension", "5551234567x12", nullptr},
      {"letters", "555CALLNOW", nullptr},
      {"tab", "555\t1234567", nullptr},
      {"newline", "5551234567\n", nullptr},
      {"NUL", std::string("555\0001234567", 11), nullptr},
      {"no-break space", "555\u00a01234567", nullptr},
      {"Arabic-Indic digits", "٥٥٥١٢٣٤٥٦٧", nullptr},
      {"fullwidth digits", "５５５１２３４５６７", nullptr},
      {"formatting alone", "() -", nullptr},
      {"empty", "", nullptr},
  };
  for (auto const& c : cases) {
    auto number = TenDigits::parse(c.text);
    ASSERT_EQ(number.has_value(), c.digits != nullptr) << c.name;
    if (!number) continue;
    EXPECT_EQ(number->view(), c.digits) << c.name;
    EXPECT_EQ(TenDigits::parse(number->view()), number) << c.name;
  }
}

TEST(TenDigits, TravelsAsE164) {
  auto number = TenDigits::parse("(585) 298-4455").value();
  EXPECT_EQ(number.to_e164().view(), "+15852984455");
  EXPECT_EQ(TenDigits::from_e164(number.to_e164()), number);
  EXPECT_EQ(number.to_e164(), *E164::parse("+15852984455"));
  EXPECT_EQ(TenDigits::from_e164(*E164::parse("+442079460958")), std::nullopt);
  EXPECT_EQ(number.masked(), "***4455");
  EXPECT_EQ(number.area_code(), "585");
  EXPECT_EQ(number.exchange(), "298");
}

TEST(TenDigits, TellsWhyItCannotRing) {
  struct {
    char const* name;
    char const* text;
    std::optional<NumberFault> fault;
  } const cases[] = {
      {"New York", "5852984455", std::nullopt},
      {"fictional", "2125550123", std::nullopt},
      {"toll-free", "8005748387", std::nullopt},
      {"the seed's own", "5551234567", NumberFault::unassigned_area_code},
      {"area code below 200", "1232984455", NumberFault::unassigned_area_code},
      {"exchange below 200", "5851984455", NumberFault::invalid_exchange},
      {"exchange N11", "5859114455", NumberFault::invalid_exchange},
      {"both: the area code is told", "5550114455", NumberFault::unassigned_area_code},
  };
  for (auto const& c : cases) {
    auto number = TenDigits::parse(c.text).value();
    EXPECT_EQ(number.fault(), c.fault) << c.name;
    EXPECT_TRUE(number.satisfies(NumberPolicy::possible)) << c.name;
    EXPECT_EQ(number.satisfies(NumberPolicy::valid), !c.fault) << c.name;
  }
  auto const both = TenDigits::parse("5551234567").value();
  EXPECT_FALSE(both.has_assigned_area_code());
  EXPECT_FALSE(both.has_valid_exchange()) << "one fault does not hide the other";
  EXPECT_EQ(to_string(NumberFault::invalid_exchange), "invalid_exchange");
  EXPECT_EQ(message_for(NumberFault::unassigned_area_code), "must have an assigned area code");
}

}  // namespace
}  // namespace linebook

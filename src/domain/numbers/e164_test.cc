#include "domain/numbers/e164.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

struct E164Case {
  char const* name;
  std::string text;
  bool accepted;
};

TEST(E164, IsStrict) {
  E164Case const cases[] = {
      {"nanp", "+15551234567", true},
      {"british", "+442079460958", true},
      {"fewest digits", "+2901234", true},
      {"most digits", "+491234567890123", true},
      {"six digits", "+290123", false},
      {"sixteen digits", "+4912345678901234", false},
      {"leading zero", "+0551234567", false},
      {"no plus", "15551234567", false},
      {"plus alone", "+", false},
      {"two pluses", "++1555123456", false},
      {"empty", "", false},
      {"nanp with nine digits", "+1555123456", false},
      {"nanp with eleven digits", "+155512345678", false},
      {"formatted", "+1 555 123 4567", false},
      {"leading space", " +15551234567", false},
      {"trailing newline", "+15551234567\n", false},
      {"letters", "+1555CALLNOW", false},
      {"NUL inside", std::string("+1555\000234567", 12), false},
      {"Arabic-Indic digits", "+١٥٥٥١٢٣٤٥٦٧", false},
      {"fullwidth digits", "+１５５５１２３４５６７", false},
  };
  for (auto const& c : cases) {
    auto number = E164::parse(c.text);
    EXPECT_EQ(number.has_value(), c.accepted) << c.name;
    if (number) {
      EXPECT_EQ(number->view(), c.text) << c.name;
    }
    if (!number) {
      EXPECT_EQ(number.error().code, ErrorCode::validation_error) << c.name;
    }
  }
}

TEST(E164, SaysWhatItWants) {
  EXPECT_EQ(E164::parse("5551234567").error().message, "must be an E.164 number such as +15551234567");
  EXPECT_EQ(E164::parse("+1555123").error().message, "must have ten digits after +1, such as +15551234567");
}

TEST(E164, OrdersAsItsText) {
  EXPECT_EQ(*E164::parse("+15551234567"), *E164::parse("+15551234567"));
  EXPECT_LT(*E164::parse("+15551234567"), *E164::parse("+15551234568"));
  EXPECT_LT(*E164::parse("+4912345"), *E164::parse("+49123456"));
  EXPECT_TRUE(E164::parse("+15551234567")->is_nanp());
  EXPECT_FALSE(E164::parse("+4912345")->is_nanp());
}

TEST(E164, MasksAllButTheLastFour) {
  EXPECT_EQ(E164::parse("+15551234567")->masked(), "***4567");
  EXPECT_EQ(masked_number("desk4"), "***esk4");
  EXPECT_EQ(masked_number("4567"), "***");
  EXPECT_EQ(masked_number(""), "***");
}

TEST(PrivateIdentifier, IsThreeToFortyPlainCharacters) {
  E164Case const cases[] = {
      {"name", "frontdesk", true},
      {"extension", "101", true},
      {"with plus", "+900", true},
      {"forty", std::string(40, 'x'), true},
      {"forty behind a plus", "+" + std::string(40, 'x'), true},
      {"forty-one", std::string(41, 'x'), false},
      {"two", "10", false},
      {"two behind a plus", "+10", false},
      {"dash", "front-desk", false},
      {"two pluses", "++101", false},
      {"plus inside", "10+1", false},
      {"umlaut", "büro", false},
      {"empty", "", false},
  };
  for (auto const& c : cases) EXPECT_EQ(is_private_identifier(c.text), c.accepted) << c.name;
}

}  // namespace
}  // namespace linebook

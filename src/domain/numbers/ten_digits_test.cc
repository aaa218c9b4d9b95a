#include "domain/numbers/ten_digits.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

TEST(TenDigits, IsExactlyTenDigits) {
  EXPECT_EQ(TenDigits::parse("5551234567")->view(), "5551234567");
  EXPECT_EQ(TenDigits::parse("0551234567")->view(), "0551234567");
  for (auto const* refused : {"", "555123456", "55512345678", "555-123456", "+555123456", "555123456x",
                              "15551234567", " 5551234567", "5551234567\n"})
    EXPECT_EQ(TenDigits::parse(refused), std::nullopt) << refused;
}

TEST(TenDigits, TravelsAsE164) {
  auto number = TenDigits::parse("5852984455").value();
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

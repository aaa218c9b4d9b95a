#include "domain/contacts/contact_number.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

constexpr Instant before_noon{1000}, noon{2000};

ContactNumber number(PhoneType type, bool primary) {
  return {.id = {"phn_1"},
          .person = {PersonType::patient, {"pat_1"}},
          .number = *TenDigits::parse("5551234567"),
          .phone_type = type,
          .primary = primary,
          .verified = true,
          .do_not_call = false,
          .created_at = before_noon,
          .updated_at = before_noon};
}

ContactNumberEdit edit() { return {}; }

TEST(EditedContactNumber, KeepsWhatIsLeftOut) {
  auto const n = number(PhoneType::cell, true);
  EXPECT_EQ(edited(n, edit(), noon), n);
}

TEST(EditedContactNumber, MovesUpdatedAtOnlyWhenSomethingChanged) {
  auto same = edit();
  same.phone_type = PhoneType::cell;
  same.primary = true;
  same.number = TenDigits::parse("(555) 123-4567");
  EXPECT_EQ(edited(number(PhoneType::cell, true), same, noon).updated_at, before_noon);
  auto other = edit();
  other.do_not_call = true;
  auto const changed = edited(number(PhoneType::cell, true), other, noon);
  EXPECT_EQ(changed.updated_at, noon);
  EXPECT_TRUE(changed.do_not_call);
  EXPECT_TRUE(changed.verified);
}

TEST(EditedContactNumber, IsNoLongerVerifiedWithAnotherNumber) {
  auto other = edit();
  other.number = TenDigits::parse("5551234568");
  EXPECT_FALSE(edited(number(PhoneType::cell, false), other, noon).verified);
}

TEST(ClaimsPrimary, WhenAnotherPrimaryHasToStepDown) {
  struct Case {
    char const* name;
    ContactNumber before, after;
    bool claims;
  };
  Case const cases[] = {
      {"becomes primary", number(PhoneType::cell, false), number(PhoneType::cell, true), true},
      {"stays primary", number(PhoneType::cell, true), number(PhoneType::cell, true), false},
      {"moves to another type as primary", number(PhoneType::cell, true), number(PhoneType::home, true),
       true},
      {"steps down", number(PhoneType::cell, true), number(PhoneType::cell, false), false},
      {"moves and steps down", number(PhoneType::cell, true), number(PhoneType::home, false), false},
      {"never was", number(PhoneType::cell, false), number(PhoneType::home, false), false},
  };
  for (auto const& c : cases) EXPECT_EQ(claims_primary(c.before, c.after), c.claims) << c.name;
}

}  // namespace
}  // namespace linebook

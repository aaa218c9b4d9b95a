#include "domain/dialing/dial_filter.h"

#include <gtest/gtest.h>

#include <functional>

namespace linebook {
namespace {

ContactNumber verified_cell() {
  return {.id = {"phn_1"},
          .person = {PersonType::patient, {"pat_1"}},
          .number = TenDigits::parse("5852984455").value(),
          .phone_type = PhoneType::cell,
          .verified = true,
          .created_at = {},
          .updated_at = {}};
}

Person mueller() {
  Person person{};
  person.ref = {PersonType::patient, {"pat_1"}};
  person.first_name = "Jörg";
  person.last_name = "Müller";
  person.state = "TX";
  return person;
}

TEST(DialFilter, TakesInWhomItNames) {
  using Change = std::function<void(DialFilter&)>;
  struct {
    char const* name;
    Change change;
    bool fits;
  } const cases[] = {
      {"patients", [](auto&) {}, true},
      {"doctors", [](auto& f) { f.person_type = PersonType::doctor; }, false},
      {"that type", [](auto& f) { f.phone_type = PhoneType::cell; }, true},
      {"another type", [](auto& f) { f.phone_type = PhoneType::home; }, false},
      {"verified", [](auto& f) { f.verified = true; }, true},
      {"not verified", [](auto& f) { f.verified = false; }, false},
      {"that state", [](auto& f) { f.state = "TX"; }, true},
      {"another state", [](auto& f) { f.state = "NY"; }, false},
      {"part of the number", [](auto& f) { f.text = "(585) 298"; }, true},
      {"part of another", [](auto& f) { f.text = "777"; }, false},
      {"the name's beginning", [](auto& f) { f.text = "mull"; }, true},
      {"another name", [](auto& f) { f.text = "doe"; }, false},
      {"both names", [](auto& f) { f.text = "Muller, j"; }, true},
      {"the first name is another", [](auto& f) { f.text = "Muller,k"; }, false},
      {"the first name alone", [](auto& f) { f.text = ",jorg"; }, true},
  };
  for (auto const& c : cases) {
    DialFilter filter;
    c.change(filter);
    auto const rule = DialFilterRule::of(filter);
    ASSERT_TRUE(rule) << c.name;
    EXPECT_EQ(rule->fits(verified_cell()) && rule->fits(mueller()), c.fits) << c.name;
    // Who is not looked at must fit.
    if (!rule->asks_about_person()) EXPECT_TRUE(rule->fits(mueller())) << c.name;
  }
}

TEST(DialFilter, RefusesATextThatSaysNothing) {
  for (auto const* text : {",", "12345678901234"}) {
    DialFilter filter;
    filter.text = text;
    EXPECT_FALSE(DialFilterRule::of(filter)) << text;
  }
}

}  // namespace
}  // namespace linebook

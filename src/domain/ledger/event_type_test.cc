#include "domain/ledger/event_type.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

TEST(EventType, IsSpelledAsEntityAndAction) {
  EXPECT_EQ(event_type(Entity::contact_number, Action::updated), "contact_number.updated");
  EXPECT_EQ(event_type(Entity::contact_policy, Action::updated), "policy.updated");
}

TEST(EventPattern, IsOneOfTheseOrNone) {
  struct Row {
    char const* text;
    bool good;
  };
  for (auto const& row :
       {Row{"*", true}, Row{"patient.*", true}, Row{"patient.created", true}, Row{"policy.updated", true},
        Row{"contact_policy.updated", false}, Row{"", false}, Row{"patient", false}, Row{"patient.", false},
        Row{".*", false}, Row{"*.*", false}, Row{"*.created", false}, Row{"patients.*", false},
        Row{"patient.create", false}, Row{"patient.created.", false}, Row{" patient.*", false},
        Row{"Patient.*", false}}) {
    auto const pattern = parse_event_pattern(row.text);
    EXPECT_EQ(pattern.has_value(), row.good) << row.text;
    if (pattern) EXPECT_EQ(to_string(*pattern), row.text);
  }
}

TEST(EventPattern, FitsWhatEverHappensOrNothing) {
  struct Row {
    char const* text;
    bool happens;
  };
  for (auto const& row :
       {Row{"*", true}, Row{"policy.*", true}, Row{"policy.updated", true}, Row{"import.finished", true},
        Row{"line.released", true}, Row{"patient.finished", false}, Row{"patient.deleted", false},
        Row{"policy.created", false}, Row{"pool_number.*", false}, Row{"calling_hours.updated", false}}) {
    auto const pattern = parse_event_pattern(row.text);
    ASSERT_TRUE(pattern) << row.text;
    EXPECT_EQ(ever_happens(*pattern), row.happens) << row.text;
  }
}

TEST(EventPattern, ListsAreRead) {
  auto const some = parse_event_patterns("contact_number.*,call.updated");
  ASSERT_TRUE(some);
  EXPECT_EQ(to_string(*some), "contact_number.*,call.updated");
  EXPECT_FALSE(parse_event_patterns("contact_number.*,"));
  EXPECT_FALSE(parse_event_patterns(",call.*"));
  std::string many = "*";
  for (std::size_t i = 1; i < max_event_patterns; ++i) many += ",*";
  EXPECT_TRUE(parse_event_patterns(many));
  EXPECT_FALSE(parse_event_patterns(many + ",*"));
}

TEST(EventFilter, ChoosesByTypeAndThing) {
  EventFilter const all;
  EXPECT_TRUE(all.fits(Entity::call, Action::created, "call_1"));
  EventFilter const some{*parse_event_patterns("contact_number.*,call.updated"), "x"};
  EXPECT_TRUE(some.fits(Entity::contact_number, Action::deleted, "x"));
  EXPECT_FALSE(some.fits(Entity::contact_number, Action::deleted, "y"));
  EXPECT_TRUE(some.fits(Entity::call, Action::updated, "x"));
  EXPECT_FALSE(some.fits(Entity::call, Action::created, "x"));
}

}  // namespace
}  // namespace linebook

// What becomes of phones and names that either side, or both, have changed.
#include "domain/sync/merge_phones.h"

#include <gtest/gtest.h>

#include <random>

namespace linebook {
namespace {

TenDigits number(char last) { return TenDigits::parse(std::string("415555267") + last).value(); }

/// "1cell* 2home": numbers by their last digit, with * where preferred. "-": never in step.
SyncedPhones phones(std::string_view text) {
  SyncedPhones all;
  while (!text.empty()) {
    auto const end = std::min(text.find(' '), text.size());
    auto one = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    bool const preferred = one.ends_with('*');
    if (preferred) one.remove_suffix(1);
    auto const type = parse_phone_type(one.substr(1)).value();
    all.types.emplace(number(one[0]), type);
    if (preferred) all.preferred.emplace(type, number(one[0]));
  }
  return all;
}

std::string text_of(SyncedPhones const& all) {
  std::string text;
  for (auto const& [one, type] : all.types) {
    auto const preferred = all.preferred.find(type);
    text += (text.empty() ? "" : " ") + one.str().substr(9) + std::string(to_string(type)) +
            (preferred != all.preferred.end() && preferred->second == one ? "*" : "");
  }
  return text;
}

TEST(MergePhones, TakesEachSidesChanges) {
  struct {
    char const* name;
    char const *base, *ours, *theirs;
    char const *ours_kept, *theirs_kept;  // by which side is preferred
    std::size_t conflicts = 0;
    char const* touched = "";
  } const rows[] = {
      {"nothing changed", "1cell", "1cell", "1cell", "1cell", "1cell"},
      {"added here", "1cell", "1cell 2home", "1cell", "1cell 2home", "1cell 2home"},
      {"added there", "1cell", "1cell", "1cell 2home", "1cell 2home", "1cell 2home"},
      {"added on both sides", "1cell", "1cell 2home", "1cell 3other", "1cell 2home 3other",
       "1cell 2home 3other"},
      {"the same added on both sides", "", "1cell", "1cell", "1cell", "1cell"},
      {"the same with two types", "", "1cell", "1home", "1cell", "1home", 1},
      {"ended here", "1cell 2home", "1cell", "1cell 2home", "1cell", "1cell"},
      {"ended there", "1cell 2home", "1cell 2home", "1cell", "1cell", "1cell"},
      {"ended on both sides", "1cell 2home", "1cell", "1cell", "1cell", "1cell"},
      {"type changed here", "1cell", "1home", "1cell", "1home", "1home"},
      {"type changed there", "1cell", "1cell", "1home", "1home", "1home"},
      {"type changed to two", "1cell", "1home", "1other", "1home", "1other", 1},
      {"changed here, ended there", "1cell", "1home", "", "1home", "", 1},
      {"ended here, changed there", "1cell", "", "1home", "", "1home", 1},
      {"touched here, ended there", "1cell", "1cell", "", "1cell", "", 1, "1"},
      {"touched here, changed there", "1cell", "1cell", "1home", "1home", "1home", 0, "1"},
      {"a number for another, there", "1cell", "1cell", "2cell", "2cell", "2cell"},
      {"preferred here", "1cell 2cell", "1cell* 2cell", "1cell 2cell", "1cell* 2cell", "1cell* 2cell"},
      {"preferred there", "1cell 2cell", "1cell 2cell", "1cell 2cell*", "1cell 2cell*", "1cell 2cell*"},
      {"another preferred there", "1cell* 2cell", "1cell* 2cell", "1cell 2cell*", "1cell 2cell*",
       "1cell 2cell*"},
      {"two preferred", "1cell 2cell", "1cell* 2cell", "1cell 2cell*", "1cell* 2cell", "1cell 2cell*", 1},
      {"preferred no longer, here", "1cell*", "1cell", "1cell*", "1cell", "1cell"},
      {"the preferred one ended there", "1cell* 2cell", "1cell* 2cell", "2cell", "2cell", "2cell"},
      {"of another type here, and preferred", "1cell*", "1home*", "1cell*", "1home*", "1home*"},
      {"preferred there, ended here", "1cell 2cell", "1cell", "1cell 2cell*", "1cell", "1cell"},
      {"met for the first time", "-", "1cell 2home*", "2home 3other", "1cell 2home* 3other",
       "1cell 2home* 3other"},
      {"met with two types", "-", "1cell", "1home*", "1cell", "1home*", 1},
      {"met with two preferred", "-", "1cell* 2cell", "1cell 2cell*", "1cell* 2cell", "1cell 2cell*", 1},
      {"met with nothing there", "-", "1cell*", "", "1cell*", "1cell*"},
      {"met with nothing here", "-", "", "1cell*", "1cell*", "1cell*"},
  };
  for (auto const& row : rows) {
    SCOPED_TRACE(row.name);
    auto const base = std::string_view(row.base) == "-" ? std::nullopt : std::optional(phones(row.base));
    std::set<TenDigits> touched;
    for (char const* c = row.touched; *c != 0; ++c) touched.insert(number(*c));
    auto const merge = [&](Side prefer) {
      return merge_phones(base, phones(row.ours), phones(row.theirs), touched, prefer);
    };
    EXPECT_EQ(text_of(merge(Side::ours).phones), row.ours_kept);
    EXPECT_EQ(text_of(merge(Side::theirs).phones), row.theirs_kept);
    EXPECT_EQ(merge(Side::ours).conflicts.size(), row.conflicts);
    EXPECT_EQ(merge(Side::theirs).conflicts.size(), row.conflicts);
  }
}

/// Whatever both sides did: what comes out can stand on both, and merging it again changes nothing.
TEST(MergePhones, ComesToRest) {
  std::mt19937 random(7);
  auto const any_phones = [&] {
    SyncedPhones all;
    for (char const digit : {'1', '2', '3', '4'})
      if (random() % 2) all.types.emplace(number(digit), static_cast<PhoneType>(random() % 3));
    for (auto const& [one, type] : all.types)
      if (random() % 2) all.preferred.emplace(type, one);
    return all;
  };
  for (int round = 0; round < 20'000; ++round) {
    auto const base = random() % 4 ? std::optional(any_phones()) : std::nullopt;
    auto const ours = any_phones(), theirs = any_phones();
    auto const prefer = random() % 2 ? Side::ours : Side::theirs;
    std::set<TenDigits> touched;
    if (random() % 2) touched.insert(number('1'));
    auto const merged = merge_phones(base, ours, theirs, touched, prefer).phones;
    auto standing = merged;
    drop_stray_preferences(standing);
    ASSERT_EQ(text_of(merged), text_of(standing));
    ASSERT_EQ(text_of(merge_phones(merged, merged, merged, {}, prefer).phones), text_of(merged));
    // Interrupted between the two sides: ours is done already, theirs is as it was.
    auto const again = merge_phones(theirs, merged, theirs, {}, prefer);
    ASSERT_EQ(text_of(again.phones), text_of(merged));
    ASSERT_TRUE(again.conflicts.empty());
  }
}

TEST(MergePerson, TakesWhatTheServerSaysAnew) {
  Person const ours{.ref = {PersonType::patient, {"p"}},
                    .first_name = "Ann",
                    .last_name = "Roe",
                    .email = {},
                    .timezone = {},
                    .contact_window = {},
                    .state = {},
                    .date_of_birth = {},
                    .gender = {},
                    .npi = {},
                    .created_at = {},
                    .updated_at = {}};
  SaidOfPerson const before{.first_name = "Ann", .last_name = "Doe"};
  auto now = before;
  EXPECT_EQ(merge_person(ours, before, now, Side::theirs).person.last_name, "Roe") << "changed here alone";
  now.first_name = "Anna";
  now.email = "ann@example.com";
  auto const merged = merge_person(ours, before, now, Side::ours);
  EXPECT_EQ(merged.person.first_name, "Anna");
  EXPECT_EQ(merged.person.email, "ann@example.com");
  EXPECT_TRUE(merged.conflicts.empty());
  now.last_name = "Poe";
  EXPECT_EQ(merge_person(ours, before, now, Side::ours).person.last_name, "Roe");
  EXPECT_EQ(merge_person(ours, before, now, Side::theirs).person.last_name, "Poe");
  EXPECT_EQ(merge_person(ours, before, now, Side::theirs).conflicts, std::vector<std::string>{"last_name"});
  EXPECT_EQ(merge_person(ours, std::nullopt, now, Side::ours).person.last_name, "Roe") << "never read";
}

TEST(FhirServerUrl, IsARootWithoutAnythingBehindIt) {
  EXPECT_EQ(fhir_server_url("HTTPS://EHR.example.com/fhir/R4/"), std::nullopt) << "a scheme is written small";
  EXPECT_EQ(fhir_server_url("https://EHR.example.com/fhir/R4/"), "https://ehr.example.com/fhir/R4");
  EXPECT_EQ(fhir_server_url("http://127.0.0.1:8080/fhir"), "http://127.0.0.1:8080/fhir");
  for (auto const* bad : {"", "ehr.example.com", "ftp://a/b", "https://", "https://u:p@a/b",
                          "https://a/b?c=d", "https://a/b#c", "https://a/b c", "https:///b", "https://a\\b"})
    EXPECT_EQ(fhir_server_url(bad), std::nullopt) << bad;
}

TEST(SameOrigin, IsSchemeHostAndPort) {
  EXPECT_TRUE(same_origin("https://a.example", "https://A.example:443/x?y=z"));
  EXPECT_TRUE(same_origin("http://127.0.0.1:81/fhir", "http://127.0.0.1:81/fhir?_getpages=1"));
  for (auto const* other : {"http://a.example/x", "https://a.example:8443/x", "https://a.example.evil/x",
                            "https://a.example@evil/x", "//a.example/x", "/x", ""})
    EXPECT_FALSE(same_origin("https://a.example/fhir", other)) << other;
}

}  // namespace
}  // namespace linebook

// Phones in a resource's telecom are changed, and every other byte of it stays.
#include "sync/telecom_edit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <random>

#include "interchange/fhir_reader.h"
#include "sync/json_spans.h"

namespace linebook {
namespace {

constexpr Instant now = Instant::from_seconds(1'795'000'000);  // in November 2026

TenDigits number(char last) { return TenDigits::parse(std::string("415555267") + last).value(); }

/// "1cell* 2home": numbers by their last digit, with * where preferred.
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

/// What a reader finds.
SyncedPhones read(std::string const& telecom) {
  auto const resource = boost::json::parse(
      R"({"resourceType":"Patient","id":"1","name":[{"family":"D","given":["A"]}],"telecom":)" + telecom +
      "}");
  auto const reading = read_fhir_patient(resource.as_object(), now);
  SyncedPhones all;
  for (auto const& one : reading->person.numbers) {
    all.types.emplace(one.number, one.phone_type);
    if (one.preference == Preference::preferred) all.preferred.emplace(one.phone_type, one.number);
  }
  return all;
}

std::string edited(std::string const& telecom, std::string_view wanted) {
  auto const resource = R"({"telecom":)" + telecom + "}";
  auto const done = with_phones(resource, read(telecom), phones(wanted), now);
  if (!done) return done.error().message;
  auto const members = json_members(*done);
  return members.empty() ? "" : std::string(members.front().value);
}

constexpr char const* cell = R"({"system":"phone","value":"+14155552671","use":"mobile"})";
constexpr char const* home = R"({"system":"phone","value":"(415) 555-2672","use":"home"})";

std::string list(std::string const& one, std::string const& other = {}) {
  return "[" + one + (other.empty() ? "" : "," + other) + "]";
}

TEST(WithPhones, ChangesWhatDiffers) {
  struct {
    char const* name;
    std::string telecom;
    char const* wanted;
    std::string is;
  } const rows[] = {
      {"nothing", list(cell, home), "1cell 2home", list(cell, home)},
      {"added", list(cell), "1cell 2home",
       list(cell, R"({"system":"phone","value":"+14155552672","use":"home"})")},
      {"added of no known use", list(cell), "1cell 2other",
       list(cell, R"({"system":"phone","value":"+14155552672"})")},
      {"added and preferred", list(cell), "1cell 2home*",
       list(cell, R"({"system":"phone","value":"+14155552672","use":"home","rank":1})")},
      {"removed", list(cell, home), "2home", list(home)},
      {"the last one removed", list(cell), "", ""},
      {"replaced, with what stands beside it",
       R"([{"id":"a","extension":[{"url":"x","valueString":"[,]}\""}],"system":"phone","value":"415-555-2671","use":"mobile","period":{"start":"2020"}}])",
       "3cell",
       R"([{"id":"a","extension":[{"url":"x","valueString":"[,]}\""}],"system":"phone","value":"+14155552673","use":"mobile","period":{"start":"2020"}}])"},
      {"of another type", list(cell), "1home",
       list(R"({"system":"phone","value":"+14155552671","use":"home"})")},
      {"of no known type", list(cell), "1other", list(R"({"system":"phone","value":"+14155552671"})")},
      {"a text number of another type", list(R"({"system":"sms","value":"+14155552671"})"), "1home",
       list(R"({"system":"phone","value":"+14155552671","use":"home"})")},
      {"preferred", list(cell), "1cell*",
       list(R"({"system":"phone","value":"+14155552671","use":"mobile","rank":1})")},
      {"preferred instead of another",
       list(R"({"rank":1,"system":"phone","value":"4155552673","use":"mobile"})", cell), "1cell* 3cell",
       list(R"({"system":"phone","value":"4155552673","use":"mobile"})",
            R"({"system":"phone","value":"+14155552671","use":"mobile","rank":1})")},
      {"two in one, one of which goes",
       list(R"({"system":"phone","value":"415-555-2671 or 415-555-2672","use":"home"})"), "2home",
       list(R"({"system":"phone","value":"+14155552672","use":"home"})")},
      {"beside e-mail, fax, another country and one that has ended",
       R"([ {"system":"email","value":"a@b.example"}, {"system":"fax","value":"4155552671"},{"system":"phone","value":"+44 20 7946 0018"},{"system":"phone","value":"4155552671","use":"old"}])",
       "1cell",
       R"([{"system":"email","value":"a@b.example"},{"system":"fax","value":"4155552671"},{"system":"phone","value":"+44 20 7946 0018"},{"system":"phone","value":"4155552671","use":"old"},{"system":"phone","value":"+14155552671","use":"mobile"}])"},
  };
  for (auto const& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(edited(row.telecom, row.wanted), row.is);
  }
}

TEST(WithPhones, LeavesTheRestOfTheResourceAsItIs) {
  std::string const before =
      "{\n  \"resourceType\" : \"Patient\", \"x\":1.10, \"y\": {\"telecom\":[1]},\"telecom\": [" +
      std::string(cell) + "] ,\t\"z\":\"\\u0041\", \"w\":[1e-3] }";
  auto const done = with_phones(before, phones("1cell"), phones("1cell 2home"), now);
  ASSERT_TRUE(done);
  auto const at = before.find("\"telecom\": [") + 11;
  auto const end = before.find("] ,\t\"z\"") + 1;
  EXPECT_EQ(done->substr(0, at), before.substr(0, at));
  EXPECT_TRUE(done->ends_with(before.substr(end)));
  EXPECT_EQ(*with_phones(R"({"id":"1" })", {}, phones("1cell"), now),
            R"({"id":"1","telecom":[{"system":"phone","value":"+14155552671","use":"mobile"}] })");
  EXPECT_FALSE(with_phones("[]", {}, phones("1cell"), now));
  EXPECT_FALSE(with_phones(R"({"telecom":[],"telecom":[]})", {}, phones("1cell"), now));
}

/// Any telecom, any wish: what is read of it afterwards is the wish, and what is no phone of ours stays.
TEST(WithPhones, SaysWhatIsWanted) {
  std::mt19937 random(11);
  auto const any = [&](auto const&... of) {
    std::string_view const choice[] = {of...};
    return std::string(choice[random() % std::size(choice)]);
  };
  for (int round = 0; round < 5'000; ++round) {
    std::string telecom;
    std::vector<std::string> others;
    for (auto left = random() % 6; left > 0; --left) {
      auto point = R"({"system":")" + any("phone", "phone", "phone", "sms", "fax", "email") +
                   R"(","value":")" + any("+1415555267", "415-555-267", "(415) 555-267") +
                   any("1", "2", "3", "4") + any("", "", "", " or 415-555-2675") + '"' +
                   any("", R"(,"use":"home")", R"(,"use":"mobile")", R"(,"use":"work")", R"(,"use":"old")") +
                   any("", "", R"(,"rank":1)", R"(,"rank":2)") + any("", R"(,"period":{"start":"2001"})") +
                   "}";
      telecom += (telecom.empty() ? "" : ",") + point;
      if (read("[" + point + "]").types.empty()) others.push_back(std::move(point));
    }
    telecom = "[" + telecom + "]";
    SyncedPhones wanted;
    for (char const digit : {'1', '2', '3', '5'})
      if (random() % 2) wanted.types.emplace(number(digit), static_cast<PhoneType>(random() % 3));
    for (auto const& [one, type] : wanted.types)
      if (random() % 2) wanted.preferred.emplace(type, one);
    auto const done = with_phones(R"({"id":"1","telecom":)" + telecom + "}", read(telecom), wanted, now);
    ASSERT_TRUE(done) << telecom;
    auto const members = json_members(*done);
    auto const after = members.size() == 1 ? "[]" : std::string(members.back().value);
    ASSERT_EQ(read(after), wanted) << telecom << "\n" << after;
    for (auto const& other : others)
      ASSERT_NE(after.find(other), std::string::npos) << telecom << "\n" << after;
    ASSERT_EQ(*with_phones(*done, wanted, wanted, now), *done) << "nothing differs";
  }
}

}  // namespace
}  // namespace linebook

#include "http/fhir/fhir_search.h"

#include <gtest/gtest.h>

namespace linebook::http {
namespace {

TEST(FhirSearch, DatesAreAsExactAsTheyAreWritten) {
  struct {
    char const* text;
    char const* begin;
    char const* end;
  } const cases[] = {
      {"2026", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"},
      {"2026-11", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"},
      {"2026-12", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"},
      {"2024-02-29", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z"},
      {"2026-11-27T08:30Z", "2026-11-27T08:30:00Z", "2026-11-27T08:31:00Z"},
      {"2026-11-27T08:30+02:00", "2026-11-27T06:30:00Z", "2026-11-27T06:31:00Z"},
      {"2026-11-27T08:30:15Z", "2026-11-27T08:30:15Z", "2026-11-27T08:30:16Z"},
      {"2026-11-27T08:30:15.25Z", "2026-11-27T08:30:15.250Z", "2026-11-27T08:30:15.251Z"},
  };
  for (auto const& c : cases) {
    auto const range = fhir_date_range(c.text);
    ASSERT_TRUE(range) << c.text;
    EXPECT_EQ(range->first, parse_rfc3339(c.begin)) << c.text;
    EXPECT_EQ(range->second, parse_rfc3339(c.end)) << c.text;
  }
  for (char const* text :
       {"", "26", "20x6", "9999", "9999-12", "2026-13", "2026-00", "2026-02-30", "2026-11-27T",
        "2026-11-27T08:30", "2026-11-27 08:30:00Z", "yesterday", "2026-1-1", "-026", "20261127"})
    EXPECT_FALSE(fhir_date_range(text)) << text;
}

/// What is found wrong, or empty.
std::string problems_of(std::string_view raw, PersonType type = PersonType::patient) {
  QueryReader query(raw);
  read_fhir_search(query, type);
  auto const done = query.finish();
  return done ? "" : done.error().details.front().field;
}

TEST(FhirSearch, RefusesWhatItWouldHaveToPassOver) {
  struct {
    char const* query;
    char const* problem;
  } const cases[] = {
      {"", ""},
      {"_count=100&_format=application/fhir%2Bjson", ""},
      {"_format=xml", "_format"},
      {"_count=-1", "_count"},
      {"_count=2147483648", "_count"},
      {"phone=5852984455", ""},
      {"phone=%2B1 (585) 298-4455", ""},
      {"phone=+15852984455", ""},
      {"telecom=phone|5852984455", ""},
      {"telecom=email|a@example.com", "telecom"},
      {"telecom=a@example.com", "telecom"},
      {"phone=1", "phone"},
      {"phone=5852984455,5852984456", "phone"},
      {"phone=5852984455&telecom=5852984456", "telecom"},
      {"phone=5852984455&phone=5852984455", "phone"},
      {"name=doe", ""},
      {"name=doe,roe", "name"},
      {"name=doe\\,%20jr", ""},
      {"name=%20", "name"},
      {"name=", "name"},
      {"name:exact=doe", "name:exact"},
      {"family=d&given=j", ""},
      {"_lastUpdated=ge2026&_lastUpdated=lt2027-01-01", ""},
      {"_lastUpdated=ap2026", "_lastUpdated"},
      {"_lastUpdated=g", "_lastUpdated"},
      {"_lastUpdated=", "_lastUpdated"},
      {"_sort=name", "_sort"},
      {"gender=male", "gender"},
      {"identifier=a|b|c", "identifier"},
      {"identifier=a|", "identifier"},
      {"_id=a,b", ""},
  };
  for (auto const& c : cases) EXPECT_EQ(problems_of(c.query), c.problem) << c.query;
}

TEST(FhirSearch, AsksTheBooks) {
  auto const read = [](std::string_view raw, PersonType type = PersonType::patient) {
    QueryReader query(raw);
    return read_fhir_search(query, type);
  };
  EXPECT_TRUE(read("").query.asks_for_all());
  EXPECT_EQ(read("").count, default_fhir_count);
  EXPECT_EQ(read("_count=1000").count, max_fhir_count);
  EXPECT_EQ(read("_id=pat.-1,x").query.ids, (std::vector<PersonId>{{"pat_1"}, {"x"}}));
  EXPECT_EQ(read("family=M%C3%BCller").query.last_key, "muller");
  EXPECT_EQ(read("name=O\\,B").query.either_key, "o,b");
  auto const changed = read("_lastUpdated=gt2026-11-27&_lastUpdated=le2026-12&_lastUpdated=ge2026").query;
  EXPECT_EQ(changed.changed_from, parse_rfc3339("2026-11-28T00:00:00Z"));
  EXPECT_EQ(changed.changed_before, parse_rfc3339("2027-01-01T00:00:00Z"));
  EXPECT_TRUE(read("identifier=1234567893").fits_nobody) << "patients have none";
  EXPECT_TRUE(read("identifier=urn:x|1234567893", PersonType::doctor).fits_nobody);
  auto const npi = read("identifier=http://hl7.org/fhir/sid/us-npi|1234567893", PersonType::doctor);
  EXPECT_FALSE(npi.fits_nobody);
  EXPECT_EQ(npi.query.npi, "1234567893");
}

}  // namespace
}  // namespace linebook::http

#include "cli/fhir_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "cli/fhir_file.h"

namespace linebook {
namespace {

using testing::ElementsAre;

Instant const now = *parse_rfc3339("2026-11-22T11:00:00Z");

FhirReading read_telecom(std::string const& telecom) {
  auto const json =
      R"({"resourceType":"Patient","id":"a","name":[{"family":"A","given":["B"]}],"telecom":[)" + telecom +
      "]}";
  return read_fhir_patient(boost::json::parse(json).as_object(), now).value();
}

std::vector<std::string> numbers_of(FhirReading const& reading) {
  std::vector<std::string> told;
  for (auto const& n : reading.person.numbers)
    told.push_back(std::string(to_string(n.phone_type)) + " " + n.number.str() +
                   (n.preference == Preference::preferred ? " first" : ""));
  return told;
}

TEST(FhirReader, TakesWhatIsCurrent) {
  struct {
    char const* period;
    bool current;
  } const cases[] = {
      {R"({})", true},
      {R"({"start":"2019","end":"2999"})", true},
      {R"({"end":"2019-01-01"})", false},
      {R"({"end":"2026-11-21"})", false},
      {R"({"end":"2026-11-22"})", true},
      {R"({"end":"2026-11-22T08:00:00-05:00"})", true},
      {R"({"end":"2026-10"})", false},
      {R"({"end":"2026"})", true},
      {R"({"end":"2025"})", false},
      {R"({"start":"2026-11-22"})", true},
      {R"({"start":"2026-11-23"})", false},
      {R"({"start":"2026-12"})", false},
      {R"({"end":"soon"})", true},
      {R"({"end":2019})", true},
      {R"("2019")", true},
  };
  for (auto const& c : cases) {
    auto const reading =
        read_telecom(R"({"system":"phone","value":"5852984431","period":)" + std::string(c.period) + "}");
    EXPECT_EQ(reading.person.numbers.size(), c.current ? 1u : 0u) << c.period;
    EXPECT_EQ(reading.left_out.ended + reading.left_out.not_begun, c.current ? 0u : 1u) << c.period;
  }
  EXPECT_EQ(read_telecom(R"({"system":"phone","value":"5852984431","use":"old"})").left_out.ended, 1u);
}

TEST(FhirReader, KeepsWhatIsKnownBestOfANumber) {
  auto const plain = std::string(R"({"system":"phone","value":"5852984434"})");
  auto const said = [](std::string const& fields) {
    return R"({"system":"phone","value":"(585) 298-4434",)" + fields + "}";
  };
  auto const with = [&](std::string const& other) { return numbers_of(read_telecom(plain + "," + other)); };
  EXPECT_THAT(with(said(R"("use":"mobile")")), ElementsAre("cell 5852984434"));
  EXPECT_THAT(with(said(R"("use":"home","rank":1)")), ElementsAre("home 5852984434 first"));
  EXPECT_THAT(with(R"({"system":"sms","value":"5852984434"})"), ElementsAre("cell 5852984434"));
  EXPECT_THAT(with(said(R"("use":"temp")")), ElementsAre("other 5852984434"));
  EXPECT_THAT(numbers_of(read_telecom(said(R"("use":"home")") + "," + said(R"("use":"mobile")"))),
              ElementsAre("home 5852984434"))
      << "the first that says so";
  EXPECT_THAT(numbers_of(read_telecom(said(R"("use":"work")") + "," + said(R"("use":"mobile")"))),
              ElementsAre("other 5852984434"));
}

TEST(FhirReader, CountsWhatIsLeftOut) {
  auto const reading = read_telecom(
      R"({"system":"phone","value":"+44 20 7946 0018"},{"system":"phone","value":"ask"},{"system":"fax","value":"5852984432"},
         {"system":"email","value":"a@example.com"},{"system":"phone","value":"5852984435 / 5852984436 x12"},
         {"system":"phone","value":"5852984441","extension":[
           {"url":"http://hl7.org/fhir/StructureDefinition/contactpoint-extension","valueString":"77"}]},
         {"system":"phone","value":"5852984442","extension":[
           {"url":"http://hl7.org/fhir/StructureDefinition/contactpoint-extension","valueString":"\u001b[31m"}]})");
  EXPECT_EQ(reading.left_out.foreign, 1u);
  EXPECT_EQ(reading.left_out.unreadable, 1u);
  EXPECT_EQ(reading.left_out.other_devices, 1u);
  EXPECT_EQ(reading.left_out.extensions, 3u);
  EXPECT_EQ(reading.person.numbers.size(), 4u);
  EXPECT_THAT(reading.warnings, testing::Contains("the extension 77 of ***4441 was left out"));
  EXPECT_THAT(reading.warnings, testing::Contains("the extension *** of ***4442 was left out"));
}

TEST(FhirReader, PeeksBeforeItParses) {
  EXPECT_EQ(peek_fhir_resource(R"({"resourceType":"Patient","id":"a"})"), FhirResource::patient);
  EXPECT_EQ(peek_fhir_resource(R"( { "resourceType" : "Observation", "subject": "Patient")"),
            FhirResource::other);
  EXPECT_EQ(peek_fhir_resource(R"({"id":"a","resourceType":"Observation"})"), FhirResource::other);
  EXPECT_EQ(peek_fhir_resource(R"({"id":"a","resourceType":"Patient"})"), std::nullopt)
      << "that takes a parser";
  EXPECT_EQ(peek_fhir_resource(R"({"id":"a"})"), std::nullopt);
  EXPECT_EQ(peek_fhir_resource("resourceType"), std::nullopt);
  EXPECT_EQ(peek_fhir_resource(""), std::nullopt);
}

}  // namespace
}  // namespace linebook

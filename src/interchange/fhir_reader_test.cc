#include "interchange/fhir_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "interchange/fhir_extensions.h"

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

TEST(FhirReader, TakesNumbersOfOthersWherePolicySaysSo) {
  auto const patient = boost::json::parse(
                           R"({"resourceType":"Patient","id":"a","name":[{"family":"A","given":["B"]}],
      "telecom":[{"system":"phone","value":"5852984455","use":"mobile","rank":1}],
      "contact":[{"telecom":[{"system":"phone","value":"5852984456","use":"home","rank":1},
                             {"system":"phone","value":"5852984455"}]},
                 {"period":{"end":"2020"},"telecom":[{"system":"phone","value":"5852984457"}]}]})")
                           .as_object();
  auto const off = read_fhir_patient(patient, now).value();
  EXPECT_THAT(numbers_of(off), ElementsAre("cell 5852984455 first"));
  EXPECT_EQ(off.left_out.contacts, 3u);
  auto const on = read_fhir_patient(patient, now, RelatedNumbers::taken).value();
  EXPECT_THAT(numbers_of(on), ElementsAre("cell 5852984455 first", "other 5852984456"));
  EXPECT_EQ(on.left_out.contacts, 0u);
  EXPECT_EQ(on.left_out.ended, 1u);

  auto const related = [](std::string const& fields) {
    return read_fhir_related_person(boost::json::parse(R"({"resourceType":"RelatedPerson",)" + fields +
                                                       R"("telecom":[{"system":"phone","value":"5852984455",
        "use":"home","rank":1,"extension":[
          {"url":"urn:uuid:675803f5-3bb8-4084-b860-fb4d7d66d22e","valueBoolean":true}]}]})")
                                        .as_object(),
                                    now);
  };
  auto const current = related(R"("patient":{"reference":"Patient/pat.-1"},)").value();
  EXPECT_EQ(current.patient_id, "pat_1");
  ASSERT_EQ(current.numbers.size(), 1u);
  EXPECT_EQ(current.numbers[0].phone_type, PhoneType::other);
  EXPECT_EQ(current.numbers[0].preference, Preference::none);
  EXPECT_FALSE(current.numbers[0].verified);
  EXPECT_TRUE(related(R"("patient":{"reference":"Patient/a"},"active":false,)").value().numbers.empty());
  EXPECT_FALSE(related("")) << "whose?";
  EXPECT_FALSE(related(R"("patient":{"reference":"Practitioner/a"},)"));
}

TEST(FhirReader, TakesWhatLinebookTellsOfANumber) {
  auto const with = [](std::string const& extensions) {
    return read_telecom(R"({"system":"phone","value":"5852984455","extension":[)" + extensions + "]}")
        .person.numbers.at(0);
  };
  auto const extension = [](std::string_view url, std::string const& value) {
    return R"({"url":")" + std::string(url) + R"(",)" + value + "}";
  };
  EXPECT_TRUE(with(extension(do_not_call_extension, R"("valueBoolean":true)")).do_not_call);
  EXPECT_FALSE(with(extension(do_not_call_extension, R"("valueBoolean":false)")).do_not_call);
  EXPECT_FALSE(with(extension(do_not_call_extension, R"("valueString":"true")")).do_not_call);
  EXPECT_FALSE(with(R"({"url":"https://example.com/do-not-call","valueBoolean":true})").do_not_call);
  EXPECT_TRUE(with(extension(verified_extension, R"("valueBoolean":true)")).verified);
  EXPECT_FALSE(with(extension(verified_extension, R"("valueDateTime":"yesterday")")).verified);
  auto const at = with(extension(verified_extension, R"("valueDateTime":"2026-11-01T12:00:00Z")"));
  EXPECT_TRUE(at.verified);
  EXPECT_EQ(at.verified_at, parse_rfc3339("2026-11-01T12:00:00Z"));
}

}  // namespace
}  // namespace linebook

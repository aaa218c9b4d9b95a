#include "interchange/fhir_writer.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "interchange/fhir_reader.h"

namespace linebook {
namespace {

Instant const today = *parse_rfc3339("2026-11-22T12:00:00Z");

ContactNumber phone_of(PersonRef const& person, std::string_view digits, PhoneType type) {
  return {.id = {"phn_1"},
          .person = person,
          .number = *TenDigits::parse(digits),
          .phone_type = type,
          .created_at = today,
          .updated_at = today};
}

PersonWithNumbers somebody(PersonType type) {
  PersonWithNumbers p;
  p.person.ref = {type, {"pat_1"}};
  p.person.first_name = "Mary Ann";
  p.person.last_name = "O\"Brien";
  p.person.created_at = p.person.updated_at = today;
  p.person.changed_at = today + std::chrono::milliseconds(7);
  return p;
}

TEST(FhirWriter, TellsAPatient) {
  auto p = somebody(PersonType::patient);
  p.person.email = "mary@example.org";
  p.person.date_of_birth = "1980-02-29";
  p.person.gender = Gender::unknown;
  p.person.active = false;
  p.numbers = {phone_of(p.person.ref, "5852984455", PhoneType::other),
               phone_of(p.person.ref, "5852984456", PhoneType::cell)};
  p.numbers[1].primary = p.numbers[1].do_not_call = p.numbers[1].verified = true;
  p.numbers[1].verified_at = today;
  auto const wanted = boost::json::parse(R"({
    "resourceType":"Patient","id":"pat.-1","meta":{"lastUpdated":"2026-11-22T12:00:00.007Z"},"active":false,
    "name":[{"use":"official","family":"O\"Brien","given":["Mary Ann"]}],
    "telecom":[
      {"extension":[
         {"url":"urn:uuid:04d4f459-578a-4165-bfc0-67774b96e891","valueBoolean":true},
         {"url":"urn:uuid:675803f5-3bb8-4084-b860-fb4d7d66d22e",
          "valueDateTime":"2026-11-22T12:00:00Z"}],
       "system":"phone","value":"+15852984456","use":"mobile","rank":1,"period":{"start":"2026-11-22T12:00:00Z"}},
      {"system":"phone","value":"+15852984455","period":{"start":"2026-11-22T12:00:00Z"}},
      {"system":"email","value":"mary@example.org"}],
    "gender":"unknown","birthDate":"1980-02-29","deceasedBoolean":false})");
  EXPECT_EQ(boost::json::serialize(fhir_resource(p)), boost::json::serialize(wanted));
}

TEST(FhirWriter, LeavesOutWhatIsNotThere) {
  auto p = somebody(PersonType::doctor);
  p.person.npi = "1234567893";
  EXPECT_EQ(
      boost::json::serialize(fhir_resource(p)),
      R"({"resourceType":"Practitioner","id":"pat.-1","meta":{"lastUpdated":"2026-11-22T12:00:00.007Z"},)"
      R"("identifier":[{"system":"http://hl7.org/fhir/sid/us-npi","value":"1234567893"}],)"
      R"("name":[{"use":"official","family":"O\"Brien","given":["Mary Ann"]}]})");
}

TEST(FhirWriter, WhatItWritesReadsBack) {
  auto p = somebody(PersonType::patient);
  p.person.email = "mary@example.org";
  p.person.date_of_birth = "1980-02-29";
  p.person.gender = Gender::other;
  p.person.deceased = true;
  for (auto const type : {PhoneType::cell, PhoneType::home, PhoneType::other})
    for (int marks = 0; marks < 8; ++marks) {
      p.numbers = {phone_of(p.person.ref, "5852984455", type)};
      auto& n = p.numbers[0];
      n.primary = (marks & 1) != 0;
      n.do_not_call = (marks & 2) != 0;
      n.verified = (marks & 4) != 0;
      auto const reading = read_fhir_patient(fhir_resource(p), today).value();
      auto const& person = reading.person;
      EXPECT_EQ(person.ref, p.person.ref);
      EXPECT_EQ(person.first_name, p.person.first_name);
      EXPECT_EQ(person.last_name, p.person.last_name);
      EXPECT_EQ(person.email, p.person.email);
      EXPECT_EQ(person.date_of_birth, p.person.date_of_birth);
      EXPECT_EQ(person.gender, p.person.gender);
      EXPECT_EQ(person.active, true);
      EXPECT_EQ(person.deceased, true);
      ASSERT_EQ(person.numbers.size(), 1u);
      auto const& back = person.numbers[0];
      EXPECT_EQ(back.number, n.number);
      EXPECT_EQ(back.phone_type, type);
      EXPECT_EQ(back.preference == Preference::preferred, n.primary);
      EXPECT_EQ(back.do_not_call, n.do_not_call);
      EXPECT_EQ(back.verified, n.verified);
      EXPECT_TRUE(reading.warnings.empty());
    }
}

}  // namespace
}  // namespace linebook

#include "cli/fhir_file.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

TEST(FhirFile, PeeksBeforeItParses) {
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

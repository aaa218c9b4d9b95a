// What Linebook knows of a phone number and FHIR R4 has no word for, as extensions of its ContactPoint. Told
// to clients by the CapabilityStatement (GET /fhir/R4/metadata), and in docs/FHIR.md.
//
// What was written with these names is read by them for ever, by every installation: so they never change,
// and hang on no host that somebody else could come to own.
#pragma once

#include <string_view>

namespace linebook {

/// valueBoolean true: nobody is to be called or texted at this number. Absent: nothing is known against it.
inline constexpr std::string_view do_not_call_extension = "urn:uuid:04d4f459-578a-4165-bfc0-67774b96e891";

/// The person was found to answer there: valueDateTime says when, or valueBoolean true where that is not
/// known. Absent: not verified.
inline constexpr std::string_view verified_extension = "urn:uuid:675803f5-3bb8-4084-b860-fb4d7d66d22e";

/// https://hl7.org/fhir/R4/identifier-registry.html
inline constexpr std::string_view npi_system = "http://hl7.org/fhir/sid/us-npi";

}  // namespace linebook

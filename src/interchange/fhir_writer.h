// People and their numbers as FHIR R4 resources (https://hl7.org/fhir/R4): Patient and Practitioner.
// fhir_reader.h reads them back as they were.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "app/contacts/people.h"

namespace linebook {

/// "Patient", "Practitioner"
std::string_view fhir_type_of(PersonType);

/// ContactPoint.use: "mobile", "home"; empty for `other`, as FHIR's words would say more of it than is known.
std::string_view fhir_use_of(PhoneType);

/// "2026-11-27T14:00:00.123Z": to the millisecond, as changes are told apart by it.
std::string fhir_instant(Instant);

/// `id` as fhir_id.h spells it. No meta.versionId: the books number no versions.
boost::json::object fhir_resource(PersonWithNumbers const&);

/// The person's ContactPoints: phones in E.164, primary ones first with rank 1, then the e-mail address.
boost::json::array fhir_telecom(PersonWithNumbers const&);

/// Appends one line of NDJSON.
void append_fhir_line(std::string& out, PersonWithNumbers const&);

}  // namespace linebook

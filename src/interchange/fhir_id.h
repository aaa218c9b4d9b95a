// Ids of people as FHIR spells them. FHIR knows no underscore (https://hl7.org/fhir/R4/datatypes.html#id:
// 1 to 64 of [A-Za-z0-9.-]), and the ids that Linebook makes have one: "pat_01JM…" is "pat.-01JM…" there.
#pragma once

#include <string>
#include <string_view>

#include "base/id.h"

namespace linebook {

/// '_' → ".-", and '.' → ".." where a dot, dash or underscore follows it. Every other id stays as it is, the
/// UUIDs and numbers of other systems among them; no two become one. An id that would grow beyond 64
/// characters stays as it is too: strict readers refuse it.
std::string fhir_id_of(PersonId const&);

/// The way back: person_id_of(fhir_id_of(id)) is `id`.
PersonId person_id_of(std::string_view fhir_id);

}  // namespace linebook

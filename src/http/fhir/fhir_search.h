// A FHIR search (https://hl7.org/fhir/R4/search.html) as a question to the books. What it asks and is not
// listed in the CapabilityStatement is refused: a filter that is passed over would answer with everybody.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "app/ports/people.h"
#include "http/codec/query_reader.h"

namespace linebook::http {

inline constexpr std::int64_t default_fhir_count = 20;
inline constexpr std::int64_t max_fhir_count = 100;  // in a page; whoever asks for more is shown so many
inline constexpr std::int64_t max_fhir_count_asked = INT32_MAX;  // what FHIR's unsignedInt can say

struct FhirSearch {
  PersonQuery query;
  bool fits_nobody = false;                 // an identifier of a system that the books do not know
  std::int64_t count = default_fhir_count;  // 0: the total alone
};

/// Problems are the reader's, to be told by its finish().
FhirSearch read_fhir_search(QueryReader&, PersonType);

/// The times that a date, as exact as it was written, stands for: from the first on, before the second.
/// "2026-11" is all of November, UTC where no zone is said.
std::optional<std::pair<Instant, Instant>> fhir_date_range(std::string_view);

/// `_format`, where it is sent: JSON is all there is.
void check_fhir_format(QueryReader&);

}  // namespace linebook::http

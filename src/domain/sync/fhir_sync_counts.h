// What a run of a sync counts, by the names under which reports tell it.
#pragma once

#include <cstdint>
#include <iterator>
#include <string_view>

#include "domain/sync/fhir_source.h"

namespace linebook {

struct FhirSyncCount {
  std::string_view name;
  std::int64_t FhirSyncCounts::* count;
};

/// All of them, in the order of reports. The stores keep them in this order too: append, never move.
inline constexpr FhirSyncCount fhir_sync_counts[] = {
    {"read", &FhirSyncCounts::read},
    {"people_added", &FhirSyncCounts::people_added},
    {"people_updated", &FhirSyncCounts::people_updated},
    {"numbers_added", &FhirSyncCounts::numbers_added},
    {"numbers_changed", &FhirSyncCounts::numbers_changed},
    {"numbers_ended", &FhirSyncCounts::numbers_ended},
    {"pushed", &FhirSyncCounts::pushed},
    {"conflicts", &FhirSyncCounts::conflicts},
    {"problems", &FhirSyncCounts::problems},
};
static_assert(sizeof(FhirSyncCounts) == sizeof(std::int64_t) * std::size(fhir_sync_counts));

}  // namespace linebook

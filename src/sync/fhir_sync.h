// One run of a sync: what changed at the FHIR server comes here, what changed here goes there. It may end at
// any point, by a kill or a server that is away, and the next run goes on: how far it has come is committed
// with what it did. (docs/FHIR.md, "Sync")
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "app/ports/clock.h"
#include "app/ports/outgoing_http.h"
#include "app/ports/store.h"
#include "app/sync/fhir_sources.h"

namespace linebook {

struct FhirSyncSettings {
  Store& store;
  OutgoingHttp& http;
  Clock& clock;
  Ids& ids;
  Secrets& secrets;
  Policies const& policies;
  /// Waits so long; false: the run is to end where it stands.
  std::function<bool(std::chrono::milliseconds)> rest;
  /// Told after each step: what has been done so far.
  std::function<void(FhirSyncCounts const&)> progress = [](FhirSyncCounts const&) {};
  Tracer& tracer = Tracer::off();
};

inline constexpr std::size_t max_people_taken_at_once = 200;  // in one transaction
inline constexpr std::int64_t max_pushed_at_once = 16;        // requests under way
inline constexpr int max_put_attempts = 5;                    // where others change the resource meanwhile
inline constexpr int max_walks_begun_anew = 3;                // where the server forgets a search
/// What is committed there late may bear an earlier time: each search looks back so far.
inline constexpr std::chrono::seconds fhir_look_back{10};
/// Where a server does not tell the time of a search, its clock may be that much behind ours.
inline constexpr std::chrono::minutes fhir_clock_allowance{5};

/// The run as the source tells it afterwards; why it ended early is in its `error`. conflict: another run of
/// it is under way; not_found: no such source; forbidden: the account is suspended, and the run goes on when
/// it is no longer; unavailable: it was to end. Waits.
Result<FhirSyncRun> sync_fhir_source(FhirSyncSettings const&, AccountId, FhirSourceId const&);

}  // namespace linebook

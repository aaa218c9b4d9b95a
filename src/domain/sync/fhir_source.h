// A FHIR server of somebody else's that an account is kept in step with, and how far that has come.
// (Spec: Sync.)
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "domain/contacts/person.h"

namespace linebook {

using FhirSourceId = Id<struct FhirSourceKind>;  // "fhs_…"

/// Whose word counts where both sides changed the same thing since they were last in step.
enum class Side { ours, theirs };
std::string_view to_string(Side);
std::optional<Side> parse_side(std::string_view);

inline constexpr std::size_t max_fhir_sources = 20;  // of one account
inline constexpr std::chrono::seconds min_sync_interval{10};
inline constexpr std::chrono::seconds max_sync_interval{std::chrono::hours(24 * 30)};
inline constexpr std::size_t max_fhir_url = 1000;
inline constexpr std::size_t max_fhir_token = 8000;
/// Conflicts and problems that a report tells of; more are counted.
inline constexpr std::size_t max_told_in_run = 50;

/// What a run did, in people and in phone numbers.
struct FhirSyncCounts {
  std::int64_t read = 0;  // resources that the server showed
  std::int64_t people_added = 0;
  std::int64_t people_updated = 0;
  std::int64_t numbers_added = 0;
  std::int64_t numbers_changed = 0;
  std::int64_t numbers_ended = 0;
  std::int64_t pushed = 0;     // resources that were changed there
  std::int64_t conflicts = 0;  // both sides had changed the same
  std::int64_t problems = 0;   // people who were left out

  bool operator==(FhirSyncCounts const&) const = default;
};

/// A number, or a field of a person, that both sides had changed.
struct SyncConflict {
  PersonRef person;
  std::string what;  // "the number ***2671", "last_name"
  Side kept = Side::ours;
};

struct SyncProblem {
  PersonRef person;
  std::string what;  // "has no first and last name"
};

struct FhirSyncRun {
  Instant started_at{};
  std::optional<Instant> ended_at = {};  // nothing: it is under way, or was interrupted and goes on
  FhirSyncCounts counts = {};
  std::vector<SyncConflict> conflicts = {};
  std::vector<SyncProblem> problems = {};
  std::optional<std::string> error = {};  // why it ended early
};

/// The search, or the bulk export, that is being walked through, so that an interrupted one goes on.
struct FhirWalk {
  PersonType type = PersonType::patient;  // of a search; an export holds both
  std::string next_page = {};  // of a search, or where an export's state is asked, as the server told it
  Instant searched_at{};       // by the server's clock: what changed later is in the next search
  std::optional<std::int64_t> lines = {};  // of an export: so many are done; nothing: it is a search
};

struct FhirProgress {
  std::int64_t ledger_after = 0;               // what changed here is marked up to that entry
  std::optional<Instant> patients_since = {};  // what changed there was read up to then; nothing: never
  std::optional<Instant> doctors_since = {};
  std::optional<FhirWalk> walk = {};
  std::optional<FhirSyncRun> run = {};  // the last
};

struct FhirSource {
  FhirSourceId id;
  std::string name;
  std::string url;  // of the server's root, without a slash at its end
  std::string token_sealed;
  Side prefer = Side::theirs;
  std::optional<std::chrono::seconds> every = {};  // nothing: when it is asked for
  Instant created_at{};
  Instant updated_at{};

  std::optional<Instant> due_at = {};  // when a run is to begin, or began
  std::optional<std::string> lease = {};
  std::optional<Instant> lease_until = {};
  FhirProgress progress = {};
};

/// What it shows of itself. running: a run is under way, or was interrupted and goes on.
enum class FhirSourceState { idle, running, failed };
std::string_view to_string(FhirSourceState);
FhirSourceState state_of(FhirSource const&);

/// Is another run at work on it than the one that holds `lease`?
bool held_by_another(FhirSource const&, std::string_view lease, Instant now);

/// "https://ehr.example.com/fhir/R4", without what is behind a last slash; nothing for what is no such URL.
std::optional<std::string> fhir_server_url(std::string_view);

/// Does `url` lead to the same scheme, host and port? Only there may the token go.
bool same_origin(std::string_view server, std::string_view url);

/// "https://ehr.example.com:8443"
std::string origin_of(std::string_view url);

/// "ehr.example.com", to name a source by.
std::string host_of(std::string_view url);

/// On whose behalf the ledger has what came from there: "fhir:NAME".
std::string actor_of(FhirSource const&);

}  // namespace linebook

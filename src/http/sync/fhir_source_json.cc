#include "http/sync/fhir_source_json.h"

#include <utility>

#include "domain/sync/fhir_sync_counts.h"
#include "domain/text/iso_duration.h"

namespace linebook::http {
namespace {

void write_person_id(JsonWriter& json, PersonRef const& person) {
  json.key(person.type == PersonType::patient ? "patient_id" : "doctor_id").string(person.id.value);
}

void write_counts(JsonWriter& json, FhirSyncCounts const& c) {
  json.begin_object();
  for (auto const& [name, count] : fhir_sync_counts) json.key(name).number(c.*count);
  json.end_object();
}

void write_run(JsonWriter& json, std::optional<FhirSyncRun> const& run) {
  if (!run) {
    json.null();
    return;
  }
  json.begin_object().key("started_at").time(run->started_at);
  json.key("ended_at").time(run->ended_at).key("counts");
  write_counts(json, run->counts);
  json.key("conflicts").begin_array();
  for (auto const& conflict : run->conflicts) {
    json.begin_object();
    write_person_id(json, conflict.person);
    json.key("what").string(conflict.what).key("kept").string(to_string(conflict.kept)).end_object();
  }
  json.end_array().key("problems").begin_array();
  for (auto const& problem : run->problems) {
    json.begin_object();
    write_person_id(json, problem.person);
    json.key("what").string(problem.what).end_object();
  }
  json.end_array().key("error").string_or_null(run->error).end_object();
}

}  // namespace

void write_fhir_source(JsonWriter& json, FhirSource const& s) {
  json.begin_object().key("id").string(s.id.value).key("name").string(s.name).key("url").string(s.url);
  json.key("has_token").boolean(!s.token_sealed.empty()).key("prefer").string(to_string(s.prefer));
  json.key("every");
  s.every ? json.string(to_iso_duration(*s.every)) : json.null();
  json.key("state").string(to_string(state_of(s))).key("next_run_at").time(s.due_at);
  json.key("last_run");
  write_run(json, s.progress.run);
  json.key("created_at").time(s.created_at).key("updated_at").time(s.updated_at).end_object();
}

std::string fhir_source_json(FhirSource const& s) {
  JsonWriter json;
  write_fhir_source(json, s);
  return std::move(json).take();
}

}  // namespace linebook::http

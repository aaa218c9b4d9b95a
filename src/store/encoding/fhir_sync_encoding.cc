#include "store/encoding/fhir_sync_encoding.h"

#include <utility>

#include "domain/sync/fhir_sync_counts.h"
#include "store/encoding/stored_json.h"

namespace linebook {
namespace {

namespace json = boost::json;

constexpr char const* unreadable_progress = "the database holds an unreadable progress of a FHIR source";
constexpr char const* unreadable_base = "the database holds an unreadable link to a FHIR resource";

json::string as_json(std::string_view text) { return json::string(text.data(), text.size()); }
json::value as_json(std::optional<Instant> const& at) {
  return at ? json::value(at->milliseconds) : json::value();
}
json::value as_json(std::optional<std::string> const& text) {
  return text ? json::value(as_json(std::string_view(*text))) : json::value();
}
json::value as_json(std::optional<bool> const& flag) { return flag ? json::value(*flag) : json::value(); }

std::string text_at(json::value const& value) { return std::string(stored_text(value)); }
std::optional<std::string> optional_text_at(json::value const& value) {
  return value.is_null() ? std::nullopt : std::optional(text_at(value));
}
std::optional<bool> optional_flag_at(json::value const& value) {
  return value.is_null() ? std::nullopt : std::optional(value.as_bool());
}

json::array encode(PersonRef const& person) {
  return {as_json(to_string(person.type)), as_json(std::string_view(person.id.value))};
}
PersonRef decode_person(json::value const& type, json::value const& id) {
  return {known(parse_person_type(stored_text(type)), unreadable_progress), {text_at(id)}};
}

json::array encode(FhirSyncCounts const& c) {
  json::array counts;
  for (auto const& [name, count] : fhir_sync_counts) counts.push_back(c.*count);
  return counts;
}
FhirSyncCounts decode_counts(json::array const& encoded) {
  FhirSyncCounts c;
  for (std::size_t i = 0; i < std::size(fhir_sync_counts); ++i)
    c.*fhir_sync_counts[i].count = encoded.at(i).as_int64();
  return c;
}

json::value encode(std::optional<FhirSyncRun> const& run) {
  if (!run) return {};
  json::array conflicts, problems;
  for (auto const& conflict : run->conflicts) {
    auto row = encode(conflict.person);
    row.push_back(as_json(std::string_view(conflict.what)));
    row.push_back(as_json(to_string(conflict.kept)));
    conflicts.push_back(std::move(row));
  }
  for (auto const& problem : run->problems) {
    auto row = encode(problem.person);
    row.push_back(as_json(std::string_view(problem.what)));
    problems.push_back(std::move(row));
  }
  return json::object{{"started_at", run->started_at.milliseconds},
                      {"ended_at", as_json(run->ended_at)},
                      {"counts", encode(run->counts)},
                      {"conflicts", std::move(conflicts)},
                      {"problems", std::move(problems)},
                      {"error", as_json(run->error)}};
}

std::optional<FhirSyncRun> decode_run(json::value const& value) {
  if (value.is_null()) return std::nullopt;
  auto const& o = value.as_object();
  FhirSyncRun run{.started_at = {o.at("started_at").as_int64()},
                  .ended_at = stored_instant(o.at("ended_at")),
                  .counts = decode_counts(o.at("counts").as_array()),
                  .conflicts = {},
                  .problems = {},
                  .error = optional_text_at(o.at("error"))};
  for (auto const& row : o.at("conflicts").as_array())
    run.conflicts.push_back({decode_person(row.at(0), row.at(1)), text_at(row.at(2)),
                             known(parse_side(stored_text(row.at(3))), unreadable_progress)});
  for (auto const& row : o.at("problems").as_array())
    run.problems.push_back({decode_person(row.at(0), row.at(1)), text_at(row.at(2))});
  return run;
}

json::value encode(std::optional<FhirWalk> const& walk) {
  if (!walk) return {};
  return json::array{as_json(to_string(walk->type)), as_json(std::string_view(walk->next_page)),
                     walk->searched_at.milliseconds, walk->lines ? json::value(*walk->lines) : json::value()};
}

std::optional<FhirWalk> decode_walk(json::value const& value) {
  if (value.is_null()) return std::nullopt;
  auto const& lines = value.at(3);
  return FhirWalk{.type = known(parse_person_type(stored_text(value.at(0))), unreadable_progress),
                  .next_page = text_at(value.at(1)),
                  .searched_at = {value.at(2).as_int64()},
                  .lines = lines.is_null() ? std::nullopt : std::optional(lines.as_int64())};
}

json::value encode(SaidOfPerson const& s) {
  return json::object{{"first_name", as_json(std::string_view(s.first_name))},
                      {"last_name", as_json(std::string_view(s.last_name))},
                      {"email", as_json(s.email)},
                      {"date_of_birth", as_json(s.date_of_birth)},
                      {"gender", s.gender ? json::value(as_json(to_string(*s.gender))) : json::value()},
                      {"active", as_json(s.active)},
                      {"deceased", as_json(s.deceased)},
                      {"npi", as_json(s.npi)}};
}

SaidOfPerson decode_said(json::value const& value) {
  auto const& o = value.as_object();
  SaidOfPerson said{.first_name = text_at(o.at("first_name")),
                    .last_name = text_at(o.at("last_name")),
                    .email = optional_text_at(o.at("email")),
                    .date_of_birth = optional_text_at(o.at("date_of_birth")),
                    .gender = {},
                    .active = optional_flag_at(o.at("active")),
                    .deceased = optional_flag_at(o.at("deceased")),
                    .npi = optional_text_at(o.at("npi"))};
  if (auto const& gender = o.at("gender"); !gender.is_null())
    said.gender = known(parse_gender(stored_text(gender)), unreadable_base);
  return said;
}

}  // namespace

std::string encode_fhir_progress(FhirProgress const& p) {
  return json::serialize(json::object{{"ledger_after", p.ledger_after},
                                      {"patients_since", as_json(p.patients_since)},
                                      {"doctors_since", as_json(p.doctors_since)},
                                      {"walk", encode(p.walk)},
                                      {"run", encode(p.run)}});
}

FhirProgress decode_fhir_progress(std::string_view document) {
  return read_stored_json(document, unreadable_progress, [](json::value const& value) {
    auto const& o = value.as_object();
    return FhirProgress{.ledger_after = o.at("ledger_after").as_int64(),
                        .patients_since = stored_instant(o.at("patients_since")),
                        .doctors_since = stored_instant(o.at("doctors_since")),
                        .walk = decode_walk(o.at("walk")),
                        .run = decode_run(o.at("run"))};
  });
}

std::string encode_fhir_base(FhirLink const& link) {
  json::array numbers;
  for (auto const& [number, type] : link.base.types) {
    auto const preferred = link.base.preferred.find(type);
    numbers.push_back(json::array{as_json(number.view()), as_json(to_string(type)),
                                  preferred != link.base.preferred.end() && preferred->second == number});
  }
  return json::serialize(json::object{{"numbers", std::move(numbers)}, {"said", encode(link.said)}});
}

void decode_fhir_base(std::string_view document, FhirLink& into) {
  read_stored_json(document, unreadable_base, [&](json::value const& value) {
    for (auto const& row : value.at("numbers").as_array()) {
      auto const number = known(TenDigits::parse(stored_text(row.at(0))), unreadable_base);
      auto const type = known(parse_phone_type(stored_text(row.at(1))), unreadable_base);
      into.base.types.emplace(number, type);
      if (row.at(2).as_bool()) into.base.preferred.emplace(type, number);
    }
    into.said = decode_said(value.at("said"));
    return true;
  });
}

}  // namespace linebook

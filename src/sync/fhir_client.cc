#include "sync/fhir_client.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

#include "domain/sync/fhir_source.h"
#include "interchange/fhir_id.h"
#include "interchange/fhir_json.h"
#include "interchange/fhir_reader.h"
#include "interchange/fhir_writer.h"

namespace linebook {
namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds look_around{500};  // while answers are waited for

using fhir_json::list_in;
using fhir_json::object_in;
using fhir_json::text_in;

/// W/"3" → 3
std::string version_in(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() < 2 || etag.front() != '"' || etag.back() != '"') return {};
  return std::string(etag.substr(1, etag.size() - 2));
}

/// ".../Patient/1/_history/3" → 3
std::string version_of_location(std::string_view location) {
  constexpr std::string_view history = "/_history/";
  auto const at = location.rfind(history);
  return at == location.npos ? std::string() : std::string(location.substr(at + history.size()));
}

/// What goes into a header as it is.
bool is_version(std::string_view version) {
  return !version.empty() && version.size() <= 64 &&
         std::ranges::all_of(version, [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; });
}

FhirRecord record_of(json::object const& resource, PersonType type, Instant now) {
  auto reading =
      type == PersonType::patient ? read_fhir_patient(resource, now) : read_fhir_practitioner(resource, now);
  FhirRecord record{.person = {type, person_id_of(text_in(resource, "id"))},
                    .said = fail(not_found("person"))};
  if (auto const* meta = object_in(resource, "meta"))
    if (auto const version = text_in(*meta, "versionId"); is_version(version)) record.version = version;
  if (reading)
    record.said = std::move(reading->person);
  else
    record.said = fail(std::move(reading.error()));
  return record;
}

bool is_transient(OutgoingOutcome const& outcome) {
  if (outcome) return outcome->status >= 500 || outcome->status == 429 || outcome->status == 408;
  auto const fault = outcome.error().fault;
  return fault == OutgoingFault::unreachable || fault == OutgoingFault::timeout ||
         fault == OutgoingFault::busy;
}

Error failed(OutgoingOutcome const& outcome) {
  if (!outcome && outcome.error().fault == OutgoingFault::stopped) return run_stopped();
  if (!outcome)
    return {ErrorCode::unavailable, "the FHIR server cannot be asked: " + outcome.error().message, {}};
  return {ErrorCode::unavailable, "the FHIR server answered " + std::to_string(outcome->status), {}};
}

Error refused(int status, std::string const& what) {
  if (status == 401 || status == 403)
    return {ErrorCode::forbidden,
            "the FHIR server answered " + std::to_string(status) +
                ": the token is not, or no longer, good for " + what + "; give it a new one",
            {}};
  bool const has_moved = status / 100 == 3;
  return {ErrorCode::unavailable,
          "the FHIR server answered " + std::to_string(status) + " to " + what +
              (has_moved ? ": it has moved; sync with the URL where it is now" : ""),
          {}};
}

Error expired(std::string what) { return {ErrorCode::expired, std::move(what), {}}; }

bool names_export(json::object const* operation) {
  auto const name = text_in(*operation, "name");
  return name == "export" || name == "$export";
}

/// rest[0].operation of a CapabilityStatement.
bool offers_export_to_all(json::object const& statement) {
  auto const rest = list_in(statement, "rest");
  return !rest.empty() && std::ranges::any_of(list_in(*rest.front(), "operation"), names_export);
}

std::optional<FhirExport> export_of(json::object const& manifest) {
  auto const made_at = parse_rfc3339(text_in(manifest, "transactionTime"));
  auto const* output = manifest.if_contains("output");
  if (!made_at || output == nullptr || !output->is_array()) return std::nullopt;
  FhirExport made{.files = {}, .made_at = *made_at};
  made.with_token = fhir_json::flag_in(manifest, "requiresAccessToken").value_or(false);
  for (auto const& file : output->get_array()) {
    if (!file.is_object()) return std::nullopt;
    auto const type = fhir_resource_named(text_in(file.get_object(), "type"));
    std::string const url(text_in(file.get_object(), "url"));
    if (type == FhirResource::patient) made.files.push_back({PersonType::patient, url});
    if (type == FhirResource::practitioner) made.files.push_back({PersonType::doctor, url});
  }
  return made;
}

/// Answers that come on other threads. They may come after nobody waits any more.
struct Answers {
  std::mutex mutex;
  std::condition_variable came;
  std::vector<std::optional<OutgoingOutcome>> outcomes;
  std::size_t missing = 0;
};

}  // namespace

Error run_stopped() { return {ErrorCode::unavailable, "the run was stopped; the next one goes on", {}}; }

OutgoingRequest FhirClient::request(OutgoingRequest::Method method, std::string url) const {
  return {.method = method,
          .url = std::move(url),
          .headers = {{"Authorization", "Bearer " + settings_.token},
                      {"Accept", "application/fhir+json"},
                      {"Cache-Control", "no-cache"}},
          .timeout = fhir_timeout,
          .max_answer_bytes = max_fhir_page_bytes,
          .long_answer = OutgoingRequest::LongAnswer::refused};
}

std::string FhirClient::url_of(PersonRef const& person) const {
  return settings_.url + "/" + std::string(fhir_type_of(person.type)) + "/" + fhir_id_of(person.id);
}

Result<void> FhirClient::send_and_wait(std::vector<OutgoingRequest> const& requests,
                                       std::vector<std::size_t> const& which,
                                       std::vector<OutgoingOutcome>& outcomes) {
  auto const answers = std::make_shared<Answers>();
  answers->outcomes.resize(requests.size());
  answers->missing = which.size();
  for (auto const i : which) {
    OpenSpan span(settings_.trace, SpanKind::client, "fhir.request");
    auto request = requests[i];
    if (span.is_recorded()) request.headers.emplace_back("traceparent", traceparent_of(span.place().context));
    http_.send(std::move(request), [answers, i, span = std::move(span)](OutgoingOutcome outcome) mutable {
      if (outcome) span.note("http.response.status_code", outcome->status);
      if (!outcome) span.fail();
      span.end();
      std::lock_guard lock(answers->mutex);
      answers->outcomes[i] = std::move(outcome);
      if (--answers->missing == 0) answers->came.notify_all();
    });
  }
  for (;;) {
    {
      std::unique_lock lock(answers->mutex);
      if (answers->came.wait_for(lock, look_around, [&] { return answers->missing == 0; })) break;
    }
    if (auto going = settings_.rest(std::chrono::milliseconds(0)); !going) return going;
  }
  for (auto const i : which) outcomes[i] = std::move(*answers->outcomes[i]);
  return {};
}

/// An answer each, none of which could be another one a moment later.
Result<std::vector<OutgoingAnswer>> FhirClient::ask(std::vector<OutgoingRequest> const& requests) {
  std::vector<OutgoingOutcome> outcomes(requests.size());
  std::vector<std::size_t> which(requests.size());
  for (std::size_t i = 0; i < which.size(); ++i) which[i] = i;
  std::chrono::milliseconds pause = first_fhir_pause;
  for (int attempt = 1;; ++attempt, pause *= 2) {
    if (auto sent = send_and_wait(requests, which, outcomes); !sent) return fail(std::move(sent.error()));
    std::erase_if(which, [&](std::size_t i) { return !is_transient(outcomes[i]); });
    if (which.empty()) break;
    if (attempt == max_fhir_attempts) return fail(failed(outcomes[which.front()]));
    auto wait = pause;
    for (auto const i : which)
      if (outcomes[i] && outcomes[i]->retry_after)
        wait = std::max<std::chrono::milliseconds>(wait, *outcomes[i]->retry_after);
    if (auto rested = settings_.rest(std::min<std::chrono::milliseconds>(wait, max_fhir_pause)); !rested)
      return fail(std::move(rested.error()));
  }
  std::vector<OutgoingAnswer> answers;
  for (auto& outcome : outcomes) {
    if (!outcome) return fail(failed(outcome));
    answers.push_back(std::move(*outcome));
  }
  return answers;
}

Result<FhirPage> FhirClient::search(PersonType type, std::optional<Instant> since, Instant now) {
  auto url = settings_.url + "/" + std::string(fhir_type_of(type)) + "?";
  // FHIR's instants have milliseconds; what we keep is told in whole seconds: a second too early is no harm.
  if (since) url += "_lastUpdated=ge" + to_rfc3339(*since) + "&";
  url += "_sort=_lastUpdated&_count=" + std::to_string(fhir_page_size);
  auto answers = ask({request(OutgoingRequest::Method::get, url)});
  if (!answers) return fail(std::move(answers.error()));
  if (answers->front().status == 404) return fail(not_found("resource type"));
  return read_page(type, answers->front(), now);
}

Result<FhirPage> FhirClient::page(PersonType type, std::string const& next, Instant now) {
  auto answers = ask({request(OutgoingRequest::Method::get, next)});
  if (!answers) return fail(std::move(answers.error()));
  auto const status = answers->front().status;
  if (status == 404 || status == 410 || status == 400)
    return fail(ErrorCode::expired, "the FHIR server has forgotten the search");
  return read_page(type, answers->front(), now);
}

Result<FhirPage> FhirClient::read_page(PersonType type, OutgoingAnswer const& answer, Instant now) const {
  if (answer.status != 200) return fail(refused(answer.status, "a search"));
  auto const document = fhir_json::parse_object(answer.body);
  if (!document || fhir_resource_of(document->get_object()) != FhirResource::bundle)
    return fail(ErrorCode::unavailable, "the FHIR server's answer to a search is no Bundle");
  auto const& bundle = document->get_object();
  auto const wanted = type == PersonType::patient ? FhirResource::patient : FhirResource::practitioner;
  FhirPage page;
  for (auto const* resource : fhir_entries(bundle))
    if (fhir_resource_of(*resource) == wanted) page.records.push_back(record_of(*resource, type, now));
  if (auto const* meta = object_in(bundle, "meta"))
    page.made_at = parse_rfc3339(text_in(*meta, "lastUpdated"));
  for (auto const* link : list_in(bundle, "link"))
    if (text_in(*link, "relation") == "next") page.next = text_in(*link, "url");
  if (page.next.empty()) return page;
  if (page.next.find("://") == page.next.npos)
    page.next = (page.next.starts_with('/') ? origin_of(settings_.url) : settings_.url + "/") + page.next;
  // The token goes nowhere else.
  if (!same_origin(settings_.url, page.next))
    return fail(ErrorCode::unavailable,
                "the FHIR server's next page is at another address than its first; give the source the URL "
                "that the server knows itself by");
  return page;
}

Result<bool> FhirClient::offers_export() {
  auto answers = ask({request(OutgoingRequest::Method::get, settings_.url + "/metadata")});
  if (!answers) return fail(std::move(answers.error()));
  auto const document =
      answers->front().status == 200 ? fhir_json::parse_object(answers->front().body) : std::nullopt;
  return document && offers_export_to_all(document->get_object());
}

Result<std::string> FhirClient::begin_export() {
  auto kick_off =
      request(OutgoingRequest::Method::get, settings_.url + "/$export?_type=Patient,Practitioner");
  kick_off.headers.emplace_back("Prefer", "respond-async");
  auto answers = ask({std::move(kick_off)});
  if (!answers) return fail(std::move(answers.error()));
  auto& answer = answers->front();
  if (answer.status != 202 || !same_origin(settings_.url, answer.location))
    return fail(expired("the FHIR server began no export"));
  return std::move(answer.location);
}

Result<FhirExport> FhirClient::await_export(std::string const& state) {
  for (int look = 0; look < max_export_looks; ++look) {
    auto answers = ask({request(OutgoingRequest::Method::get, state)});
    if (!answers) return fail(std::move(answers.error()));
    auto const& answer = answers->front();
    if (answer.status == 200) {
      auto const manifest = fhir_json::parse_object(answer.body);
      auto made = manifest ? export_of(manifest->get_object()) : std::nullopt;
      if (!made) return fail(expired("the FHIR server's export has no manifest"));
      return std::move(*made);
    }
    if (answer.status != 202) break;
    std::chrono::milliseconds const wait = answer.retry_after.value_or(std::chrono::seconds(1));
    if (auto rested = settings_.rest(std::min<std::chrono::milliseconds>(wait, max_fhir_pause)); !rested)
      return fail(std::move(rested.error()));
  }
  return fail(expired("the FHIR server's export came to nothing"));
}

Result<std::string> FhirClient::read_export(FhirExport const& made, FhirExport::File const& file) {
  OutgoingRequest asked{.url = file.url,
                        .headers = {{"Accept", "application/fhir+ndjson"}},
                        .timeout = fhir_export_timeout,
                        .max_answer_bytes = max_fhir_export_bytes,
                        .long_answer = OutgoingRequest::LongAnswer::refused};
  // Files may be elsewhere; the token goes to the server alone.
  if (made.with_token && same_origin(settings_.url, file.url))
    asked.headers.emplace_back("Authorization", "Bearer " + settings_.token);
  std::vector<OutgoingOutcome> outcomes(1);
  if (auto sent = send_and_wait({asked}, {0}, outcomes); !sent) return fail(std::move(sent.error()));
  bool const is_there = outcomes[0] && outcomes[0]->status == 200;
  bool const is_stopped = !outcomes[0] && outcomes[0].error().fault == OutgoingFault::stopped;
  if (!is_there && (is_stopped || is_transient(outcomes[0]))) return fail(failed(outcomes[0]));
  if (!is_there) return fail(expired("the FHIR server's export cannot be read"));
  return std::move(outcomes[0]->body);
}

FhirRecord FhirClient::read_line(PersonType type, std::string_view line, Instant now) {
  auto const resource = fhir_json::parse_object(line);
  if (resource) return record_of(resource->get_object(), type, now);
  return {.person = {type, {}},
          .said = fail(ErrorCode::validation_error, "is told by a line that is no resource")};
}

Result<std::vector<std::optional<FhirDocument>>> FhirClient::read(std::vector<PersonRef> const& people,
                                                                  Instant now) {
  std::vector<OutgoingRequest> requests;
  for (auto const& person : people) {
    requests.push_back(request(OutgoingRequest::Method::get, url_of(person)));
    requests.back().max_answer_bytes = max_fhir_resource_bytes;
  }
  auto answers = ask(requests);
  if (!answers) return fail(std::move(answers.error()));
  std::vector<std::optional<FhirDocument>> documents;
  for (std::size_t i = 0; i < people.size(); ++i) {
    auto& answer = (*answers)[i];
    if (answer.status == 404 || answer.status == 410) {
      documents.emplace_back();
      continue;
    }
    if (answer.status != 200) return fail(refused(answer.status, "a read"));
    auto const resource = fhir_json::parse_object(answer.body);
    if (!resource) return fail(ErrorCode::unavailable, "the FHIR server's answer to a read is no resource");
    auto record = record_of(resource->get_object(), people[i].type, now);
    if (auto version = version_in(answer.etag); is_version(version)) record.version = std::move(version);
    if (record.said && record.said->ref != people[i])
      record.said = fail(ErrorCode::validation_error, "is told by the server under another id");
    record.person = people[i];
    documents.push_back(FhirDocument{std::move(record), std::move(answer.body)});
  }
  return documents;
}

Result<std::vector<FhirPutAnswer>> FhirClient::put(std::vector<FhirPut> const& puts) {
  std::vector<OutgoingRequest> requests;
  for (auto const& one : puts) {
    auto put = request(OutgoingRequest::Method::put, url_of(one.person));
    put.headers.emplace_back("Content-Type", "application/fhir+json");
    put.headers.emplace_back("If-Match", "W/\"" + one.version + "\"");
    put.headers.emplace_back("Prefer", "return=minimal");
    put.body = one.text;
    put.long_answer = OutgoingRequest::LongAnswer::cut;
    put.max_answer_bytes = 1024;
    requests.push_back(std::move(put));
  }
  auto answers = ask(requests);
  if (!answers) return fail(std::move(answers.error()));
  std::vector<FhirPutAnswer> outcomes;
  for (auto const& answer : *answers) {
    if (answer.status == 401) return fail(refused(answer.status, "a change"));
    if (answer.status == 412 || answer.status == 409) {
      outcomes.push_back({PutOutcome::changed_meanwhile, {}, answer.status});
    } else if (answer.status / 100 == 2) {
      auto version = version_in(answer.etag);
      if (!is_version(version)) version = version_of_location(answer.location);
      outcomes.push_back({PutOutcome::taken, is_version(version) ? version : "", answer.status});
    } else {
      outcomes.push_back({PutOutcome::refused, {}, answer.status});
    }
  }
  return outcomes;
}

}  // namespace linebook

// /fhir/R4/$export: the bulk data of the whole account (https://hl7.org/fhir/uv/bulkdata/export/).
#include <algorithm>

#include "domain/text/ascii.h"
#include "http/codec/json_writer.h"
#include "http/codec/operation_outcome.h"
#include "http/fhir/export_job.h"
#include "http/fhir/fhir_answers.h"
#include "http/fhir/routes.h"
#include "http/serving/endpoint.h"
#include "interchange/fhir_writer.h"

namespace linebook::http {
namespace {

constexpr std::string_view ndjson_type = "application/fhir+ndjson";
/// Of the URL that began an export, as its manifest repeats it: what its token has room for.
constexpr std::size_t max_told_request = 500;

/// RFC 7240: preferences, separated by commas, of one header or several.
bool prefers(Request const& request, std::string_view wanted) {
  for (auto const& [name, value] : request.headers) {
    if (!std::ranges::equal(name, std::string_view("prefer"), {}, ascii_lower)) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      auto const end = std::min(rest.find(','), rest.size());
      auto one = rest.substr(0, std::min(rest.find(';'), end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      while (one.starts_with(' ')) one.remove_prefix(1);
      while (one.ends_with(' ')) one.remove_suffix(1);
      if (one == wanted) return true;
    }
  }
  return false;
}

void read_types(QueryReader& query, ExportJob& job) {
  auto const text = query.text("_type");
  if (!text) return;
  job.types.clear();
  for (std::string_view rest = *text; !rest.empty();) {
    auto const name = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
    auto const type = name == "Patient" ? PersonType::patient : PersonType::doctor;
    if (name != fhir_type_of(type)) return query.problem("_type", "must be Patient, Practitioner or both");
    if (std::ranges::find(job.types, type) == job.types.end()) job.types.push_back(type);
  }
}

void read_output_format(QueryReader& query) {
  auto format = query.text("_outputFormat");
  if (!format) return;
  std::ranges::replace(*format, ' ', '+');  // that came unescaped
  if (*format != ndjson_type && *format != "application/ndjson" && *format != "ndjson")
    query.problem("_outputFormat", "must be application/fhir+ndjson: there is no other format");
}

Result<Plan> begin_export(Call& call, std::vector<PersonType> types) {
  ExportJob job{.types = std::move(types), .begun = call.now, .request = {}, .name = {}};
  read_types(call.query, job);
  read_output_format(call.query);
  if (auto const since = call.query.time("_since")) job.since = *since;
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  if (!prefers(call.request, "respond-async"))
    return fail(ErrorCode::invalid_request, "an export is asynchronous: send Prefer: respond-async");
  auto const base = fhir_base(call);
  job.request = base.substr(0, base.size() - fhir_root.size()) + std::string(call.request.target);
  if (job.request.size() > max_told_request) job.request.resize(max_told_request);
  auto const token = make_job_token(call.env.page_tokens, call.account(), job);
  Answer answer{.status = 202, .body = {}, .content_type = {}};
  answer.head = "Content-Location: " + base + "/$export-status/" + token + "\r\n";
  return answer;
}

Result<Plan> begin_system_export(Call& call) {
  return begin_export(call, {PersonType::patient, PersonType::doctor});
}
Result<Plan> begin_patient_export(Call& call) { return begin_export(call, {PersonType::patient}); }

Answer not_ready() {
  Answer answer{.status = 202, .body = {}, .content_type = {}};
  answer.head = "X-Progress: changes on their way are waited for\r\nRetry-After: " +
                std::to_string(export_settles.count()) + "\r\n";
  return answer;
}

std::string manifest_json(Environment const& env, AccountId account, std::string const& base,
                          ExportJob const& job, std::vector<ExportFile> const& files, Instant now) {
  JsonWriter json;
  json.begin_object().key("transactionTime").string(fhir_instant(job.begun));
  json.key("request").string(job.request).key("requiresAccessToken").boolean(true);
  json.key("output").begin_array();
  for (auto const& file : files) {
    json.begin_object().key("type").string(fhir_type_of(file.type));
    json.key("url").string(base + "/$export-file/" + make_file_token(env.page_tokens, account, file, now));
    json.end_object();
  }
  json.end_array().key("error").begin_array().end_array().end_object();
  return std::move(json).take();
}

Result<Plan> get_export_status(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  auto job = read_job_token(call.env.page_tokens, call.account(), call.parameter(), call.now);
  if (!job) return fail(std::move(job.error()));
  return Read{ReadCost::unbounded,
              [job = std::move(*job), account = call.account(), base = fhir_base(call), now = call.now,
               &env = call.env](Transaction const& tx) -> Result<Answer> {
                if (was_cancelled(tx, account, job.name)) return fail(not_found("export"));
                if (now - job.begun < export_settles) return not_ready();
                auto const files = export_files(tx, account, job);
                if (!files) return fail(files.error());
                return Answer{.body = manifest_json(env, account, base, job, *files, now)};
              }};
}

Result<Plan> cancel_export(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  auto job = read_job_token(call.env.page_tokens, call.account(), call.parameter(), call.now);
  if (!job) return fail(std::move(job.error()));
  return Write{[name = job->name](Transaction& tx, Context const& ctx) -> Result<Answer> {
    if (was_cancelled(tx, ctx.account, name)) return fail(not_found("export"));
    cancel(tx, ctx.account, name, ctx.now);
    return Answer{.status = 202, .body = {}, .content_type = {}};
  }};
}

Result<Plan> get_export_file(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  auto file = read_file_token(call.env.page_tokens, call.account(), call.parameter(), call.now);
  if (!file) return fail(std::move(file.error()));
  return Read{ReadCost::unbounded,
              [file = std::move(*file), account = call.account()](Transaction const& tx) -> Result<Answer> {
                if (was_cancelled(tx, account, file.job)) return fail(not_found("export file"));
                return Answer{.body = export_file_text(tx, account, file), .content_type = ndjson_type};
              }};
}

}  // namespace

std::vector<Route> fhir_export_routes() {
  return {
      {Method::get, "/fhir/R4/$export", Scope::contacts_read, begin_system_export},
      {Method::get, "/fhir/R4/Patient/$export", Scope::contacts_read, begin_patient_export},
      {Method::get, "/fhir/R4/$export-status/{job}", Scope::contacts_read, get_export_status},
      {Method::del, "/fhir/R4/$export-status/{job}", Scope::contacts_read, cancel_export},
      {Method::get, "/fhir/R4/$export-file/{file}", Scope::contacts_read, get_export_file},
  };
}

}  // namespace linebook::http

#include "http/fhir/export_job.h"

#include <algorithm>
#include <charconv>

#include "app/contacts/walk_people.h"
#include "app/ports/idempotency.h"
#include "interchange/fhir_writer.h"

namespace linebook::http {
namespace {

constexpr std::string_view job_binding = "fhir export";
constexpr std::string_view file_binding = "fhir export file";
constexpr char separator = '\n';  // stands in no id, and in no request as it is received

// The first 120 bits of a token are of its signature.
constexpr std::size_t job_name_size = 20;

std::string letters_of(std::vector<PersonType> const& types) {
  std::string letters;
  for (auto const type : types) letters += type == PersonType::patient ? 'p' : 'd';
  return letters;
}

std::vector<std::string_view> fields_of(std::string_view text, std::size_t wanted) {
  std::vector<std::string_view> fields;
  while (fields.size() + 1 < wanted && text.contains(separator)) {
    fields.push_back(text.substr(0, text.find(separator)));
    text.remove_prefix(fields.back().size() + 1);
  }
  fields.push_back(text);
  return fields;
}

/// Tokens were authenticated: what they hold was written here.
Instant instant_in(std::string_view text) {
  Instant at;
  std::from_chars(text.data(), text.data() + text.size(), at.milliseconds);
  return at;
}
PersonType type_in(char letter) { return letter == 'p' ? PersonType::patient : PersonType::doctor; }

Error no_such(std::string_view what) { return not_found("export " + std::string(what)); }

/// What was never a token here is no page of anything either.
Result<std::string> payload_of(Result<std::string> read, std::string_view what) {
  if (!read && read.error().code == ErrorCode::expired)
    return fail(ErrorCode::expired, "this export is over 30 days old; begin a new one");
  if (!read) return fail(no_such(what));
  return read;
}

IdempotencySlot slot_of(AccountId account, std::string const& job) {
  return {.account = account, .key_id = "", .route = "DELETE /fhir/R4/$export-status/{job}", .key = job};
}

}  // namespace

std::string make_job_token(PageTokens const& tokens, AccountId account, ExportJob const& job) {
  auto const payload = letters_of(job.types) + separator + std::to_string(job.since.milliseconds) +
                       separator + std::to_string(job.begun.milliseconds) + separator + job.request;
  return tokens.make(account, job_binding, payload, job.begun);
}

Result<ExportJob> read_job_token(PageTokens const& tokens, AccountId account, std::string_view token,
                                 Instant now) {
  auto const payload = payload_of(tokens.read(account, job_binding, token, now), "job");
  if (!payload) return fail(payload.error());
  auto const fields = fields_of(*payload, 4);
  if (fields.size() != 4) return fail(no_such("job"));
  ExportJob job{.types = {},
                .since = instant_in(fields[1]),
                .begun = instant_in(fields[2]),
                .request = std::string(fields[3]),
                .name = std::string(token.substr(0, job_name_size))};
  for (char const letter : fields[0]) job.types.push_back(type_in(letter));
  return job;
}

std::string make_file_token(PageTokens const& tokens, AccountId account, ExportFile const& file,
                            Instant now) {
  auto const payload = letters_of({file.type}) + separator + std::to_string(file.since.milliseconds) +
                       separator + file.after.value + separator + file.through.value + separator + file.job;
  return tokens.make(account, file_binding, payload, now);
}

Result<ExportFile> read_file_token(PageTokens const& tokens, AccountId account, std::string_view token,
                                   Instant now) {
  auto const payload = payload_of(tokens.read(account, file_binding, token, now), "file");
  if (!payload) return fail(payload.error());
  auto const fields = fields_of(*payload, 5);
  if (fields.size() != 5 || fields[0].empty()) return fail(no_such("file"));
  return ExportFile{.type = type_in(fields[0].front()),
                    .since = instant_in(fields[1]),
                    .after = {std::string(fields[2])},
                    .through = {std::string(fields[3])},
                    .job = std::string(fields[4])};
}

bool was_cancelled(Transaction const& tx, AccountId account, std::string const& job) {
  return tx.idempotency().find(slot_of(account, job)).has_value();
}

void cancel(Transaction& tx, AccountId account, std::string const& job, Instant now) {
  if (was_cancelled(tx, account, job)) return;
  // Kept answers are forgotten after idempotency_kept: this one is to outlive the export's tokens.
  auto const kept_until_no_token_lives = now + issued_token_life - idempotency_kept;
  tx.idempotency().keep(
      slot_of(account, job),
      {.body_hash = {}, .status = 202, .head = {}, .body = {}, .created_at = kept_until_no_token_lives});
}

Result<std::vector<ExportFile>> export_files(Transaction const& tx, AccountId account, ExportJob const& job) {
  std::vector<ExportFile> files;
  for (auto const type : job.types) {
    ExportFile file{.type = type, .since = job.since, .after = {}, .through = {}, .job = job.name};
    while (auto last = tx.people().page_end(account, type, file.after, job.since, people_per_export_file)) {
      if (files.size() == max_export_files)
        return fail(ErrorCode::payload_too_large,
                    "the account has too many people for this: use `linebook export fhir`");
      file.through = *last;
      files.push_back(file);
      file.after = std::move(*last);
    }
  }
  return files;
}

std::string export_file_text(Transaction const& tx, AccountId account, ExportFile const& file) {
  std::string text;
  PeopleWalk walk{.type = file.type, .changed_from = file.since, .after = file.after};
  for (;;) {
    auto const people = walk_people(tx, account, walk);
    for (auto const& person : people) {
      if (file.through < person.person.ref.id) return text;
      append_fhir_line(text, person);
    }
    if (people.empty()) return text;
  }
}

}  // namespace linebook::http

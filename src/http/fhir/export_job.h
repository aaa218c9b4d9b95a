// A bulk export on its way (https://hl7.org/fhir/uv/bulkdata/export/), without a state that anybody keeps.
//
// What an export is stands in its status URL: a signed token of what was asked and when. Its files are signed
// tokens too, each of a range of ids, and are made when they are fetched: whichever node is asked has all
// that it needs in the database, nothing is lost with a node, and nothing lies about to be cleaned up. The
// price: a file shows people as they are when it is fetched, not as they were at transactionTime; who changed
// since comes again with `_since` of that time. A DELETE is the one thing that is remembered, beside the kept
// answers of idempotent requests, for as long as the tokens live.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/store.h"
#include "http/codec/page_token.h"

namespace linebook::http {

/// People in one file: with 100 numbers each, some 25 MB.
inline constexpr std::int64_t people_per_export_file = 1'000;
/// An account with more is for `linebook export fhir`.
inline constexpr std::size_t max_export_files = 10'000;
/// Changes on their way through other nodes when an export begins are told with it: it is ready then.
inline constexpr std::chrono::seconds export_settles{2};

struct ExportJob {
  std::vector<PersonType> types;
  Instant since{INT64_MIN};  // only who changed then or later
  Instant begun;             // transactionTime
  std::string request;       // the URL that began it, for the manifest
  std::string name;          // of its tokens: what a DELETE is remembered by
};

struct ExportFile {
  PersonType type;
  Instant since{INT64_MIN};
  PersonId after;    // ids behind this one
  PersonId through;  // up to this one
  std::string job;   // ExportJob::name
};

std::string make_job_token(PageTokens const&, AccountId, ExportJob const&);
/// Errors as PageTokens says; not_found for what never was a token.
Result<ExportJob> read_job_token(PageTokens const&, AccountId, std::string_view token, Instant now);

std::string make_file_token(PageTokens const&, AccountId, ExportFile const&, Instant now);
Result<ExportFile> read_file_token(PageTokens const&, AccountId, std::string_view token, Instant now);

bool was_cancelled(Transaction const&, AccountId, std::string const& job);
void cancel(Transaction&, AccountId, std::string const& job, Instant now);

/// The files that the export comes to; payload_too_large beyond max_export_files.
Result<std::vector<ExportFile>> export_files(Transaction const&, AccountId, ExportJob const&);

/// One file: NDJSON.
std::string export_file_text(Transaction const&, AccountId, ExportFile const&);

}  // namespace linebook::http

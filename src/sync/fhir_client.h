// A FHIR server as a sync asks it: searches page by page, single resources, and PUTs. Waits; what the network
// or the server cannot do right now is tried again a few times. One thread.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/contacts/import_fhir_person.h"
#include "app/ports/outgoing_http.h"
#include "base/result.h"

namespace linebook {

inline constexpr int fhir_page_size = 200;                        // resources that are asked for at a time
inline constexpr std::size_t max_fhir_page_bytes = 32 << 20;      // of a Bundle
inline constexpr std::size_t max_fhir_resource_bytes = 4 << 20;   // of one that is read to be changed
inline constexpr std::size_t max_fhir_export_bytes = 256 << 20;   // of a file of a bulk export
inline constexpr std::chrono::milliseconds fhir_timeout{60'000};  // of one request
inline constexpr std::chrono::milliseconds fhir_export_timeout{600'000};  // of one file
inline constexpr int max_export_looks = 10'000;                           // at whether it is ready
inline constexpr int max_fhir_attempts = 5;
inline constexpr std::chrono::milliseconds first_fhir_pause{250};  // doubled each time
inline constexpr std::chrono::seconds max_fhir_pause{60};          // also where the server asks for more

/// What whatever waits is told where the process ends: nothing went wrong.
Error run_stopped();

/// One resource of a search, or one that was read.
struct FhirRecord {
  PersonRef person;
  std::string version = {};  // as If-Match takes it, without W/ and quotes; empty: not told
  Result<FhirPerson> said;   // an Error says why it is passed over
};

struct FhirPage {
  std::vector<FhirRecord> records;
  std::string next = {};                // empty: the last page
  std::optional<Instant> made_at = {};  // by the server's clock
};

/// A resource to be changed, byte for byte.
struct FhirDocument {
  FhirRecord record;
  std::string text;
};

struct FhirPut {
  PersonRef person;
  std::string version;
  std::string text;
};

enum class PutOutcome {
  taken,
  changed_meanwhile,  // 412, or 409: it is at another version
  refused,
};
struct FhirPutAnswer {
  PutOutcome outcome;
  std::string version = {};  // the new one, where it was told
  int status = 0;
};

/// A bulk export that is ready (https://hl7.org/fhir/uv/bulkdata).
struct FhirExport {
  struct File {
    PersonType type;
    std::string url;
  };
  std::vector<File> files;
  Instant made_at{};
  bool with_token = false;  // its files are asked for with it
};

class FhirClient {
 public:
  struct Settings {
    std::string url;
    std::string token;
    /// Waits so long, and goes on with what has to go on meanwhile; an Error ends whatever waits.
    std::function<Result<void>(std::chrono::milliseconds)> rest;
    TracePlace trace = {};  // of the run
  };

  FhirClient(OutgoingHttp& http, Settings settings) : http_(http), settings_(std::move(settings)) {}

  /// The first page of what changed at or after `since`, oldest first. not_found: the server has no such
  /// resources.
  Result<FhirPage> search(PersonType, std::optional<Instant> since, Instant now);
  /// The page that an earlier one named. expired: the server has forgotten the search.
  Result<FhirPage> page(PersonType, std::string const& next, Instant now);
  /// Does its CapabilityStatement offer $export of everything?
  Result<bool> offers_export();
  /// Where its state is asked for. expired: the server would not.
  Result<std::string> begin_export();
  /// Waits until it is ready. expired: the server has forgotten it, or it came to nothing.
  Result<FhirExport> await_export(std::string const& state);
  /// A file's text: NDJSON. expired: it is not there any more, or longer than is taken.
  Result<std::string> read_export(FhirExport const&, FhirExport::File const&);
  static FhirRecord read_line(PersonType, std::string_view line, Instant now);

  /// In the order of `people`; nothing where there is no such resource any more.
  Result<std::vector<std::optional<FhirDocument>>> read(std::vector<PersonRef> const& people, Instant now);
  Result<std::vector<FhirPutAnswer>> put(std::vector<FhirPut> const&);

 private:
  struct Question;
  OutgoingRequest request(OutgoingRequest::Method, std::string url) const;
  std::string url_of(PersonRef const&) const;
  Result<std::vector<OutgoingAnswer>> ask(std::vector<OutgoingRequest> const&);
  Result<void> send_and_wait(std::vector<OutgoingRequest> const&, std::vector<std::size_t> const& which,
                             std::vector<OutgoingOutcome>& outcomes);
  Result<FhirPage> read_page(PersonType, OutgoingAnswer const&, Instant now) const;

  OutgoingHttp& http_;
  Settings settings_;
};

}  // namespace linebook

// Use cases of FHIR sources: which servers an account is kept in step with, and when. (Spec: Sync.)
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "app/context.h"
#include "app/edits.h"
#include "app/ports/store.h"

namespace linebook {

/// How long after a node's end another takes over.
inline constexpr std::chrono::seconds fhir_source_lease{5};

struct CreateFhirSource {
  std::optional<std::string> name = {};  // nothing: after the host
  std::optional<std::string> url = {};
  std::optional<std::string> token = {};  // what follows "Bearer"
  Side prefer = Side::theirs;
  std::optional<std::chrono::seconds> every = {};
  Problems problems = {};
};

/// Its url stays: links and cursors are those of one server.
struct EditFhirSource {
  std::optional<std::string> name = {};
  std::optional<std::string> token = {};
  std::optional<Side> prefer = {};
  Edit<std::chrono::seconds> every = {};
  Problems problems = {};
};

/// already_exists where the name is taken. With `every` its first run is due at once.
Result<FhirSource> create_fhir_source(Transaction&, Context const&, CreateFhirSource);
Result<FhirSource> edit_fhir_source(Transaction&, Context const&, FhirSourceId const&,
                                    Precondition<FhirSource> const&, EditFhirSource const&);
/// People and numbers that came from it stay. A run that is under way ends.
Result<void> delete_fhir_source(Transaction&, Context const&, FhirSourceId const&,
                                Precondition<FhirSource> const&);
/// A run now; where one is under way, another behind it.
Result<FhirSource> ask_for_sync(Transaction&, Context const&, FhirSourceId const&);

Result<std::string> open_token(Transaction const&, AccountId, Secrets const&, FhirSource const&);

/// "ehr.example.com-8443": what a source is called that was given no name.
std::string name_after_host(std::string_view url);

}  // namespace linebook

// FHIR servers that accounts are kept in step with, as a store keeps them, and who of them was seen there.
// The store itself guarantees: a name once in an account; a person once with a source.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/agents.h"
#include "domain/sync/merge_phones.h"

namespace linebook {

struct AccountFhirSource {
  AccountId account;
  FhirSource source;
};

class FhirSources {
 public:
  virtual ~FhirSources() = default;

  /// In a write, keeps others who decide about the source away until this job has ended.
  virtual std::optional<FhirSource> find(AccountId, FhirSourceId const&) const = 0;
  /// The same without keeping anybody away.
  virtual std::optional<FhirSource> look_at(AccountId, FhirSourceId const&) const = 0;
  virtual std::optional<FhirSource> named(AccountId, std::string_view name) const = 0;
  /// Newest first, at most `limit`, after `after` where given.
  virtual std::vector<FhirSource> list(AccountId, std::optional<Keyset> const& after,
                                       std::int64_t limit) const = 0;
  virtual void insert(AccountId, FhirSource const&) = 0;
  virtual void update(AccountId, FhirSource const&) = 0;
  /// With all of its links.
  virtual void remove(AccountId, FhirSourceId const&) = 0;
  /// Of all accounts that are not suspended: those whose turn has come and whom nobody has leased beyond
  /// `now`, at most `limit`.
  virtual std::vector<AccountFhirSource> due(Instant now, std::int64_t limit) const = 0;
  /// Ends every lease at once. Only for whoever knows that nobody else works here.
  virtual void end_leases() = 0;
};

/// A person whom both sides have.
struct FhirLink {
  PersonRef person;
  std::string version;  // of the resource, as it was last read or written; empty: not known
  SyncedPhones base;    // what the server had then
  SaidOfPerson said;    // likewise
  Instant synced_at{};
  bool push_due = false;  // something may have changed here since
};

class FhirLinks {
 public:
  virtual ~FhirLinks() = default;

  virtual std::optional<FhirLink> find(AccountId, FhirSourceId const&, PersonRef const&) const = 0;
  virtual void save(AccountId, FhirSourceId const&, FhirLink const&) = 0;
  virtual void remove(AccountId, FhirSourceId const&, PersonRef const&) = 0;
  /// Makes the push due of whoever is linked; of others nothing.
  virtual void mark(AccountId, FhirSourceId const&, PersonRef const&) = 0;
  /// Those whose push is due, in order, after `after` where given, at most `limit`.
  virtual std::vector<FhirLink> due(AccountId, FhirSourceId const&, std::optional<PersonRef> const& after,
                                    std::int64_t limit) const = 0;
  virtual std::int64_t count(AccountId, FhirSourceId const&) const = 0;
};

}  // namespace linebook

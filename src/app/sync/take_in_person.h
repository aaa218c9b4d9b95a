// A person as a FHIR server has them, into the books: three ways with what both had when they were last in
// step, and the link to the server with it. The source is held by the caller's transaction.
#pragma once

#include <string>
#include <vector>

#include "app/contacts/import_fhir_person.h"
#include "app/context.h"
#include "app/ports/store.h"

namespace linebook {

/// A person with more phones on either side is left alone.
inline constexpr std::size_t max_synced_numbers = 99;

struct TakenIn {
  FhirSyncCounts counts = {};  // what was changed here
  std::vector<SyncConflict> conflicts = {};
  SyncedPhones theirs = {};  // as the server has them
  SyncedPhones wanted = {};  // as both are to have them: what differs is still to be pushed
};

/// Whom the server shows in the version that is linked already: nothing is to be done for them.
bool is_in_step(Transaction const&, AccountId, FhirSource const&, PersonRef const&,
                std::string const& version);

/// `version` is the resource's. Afterwards the link says whether a push is due. `ctx.actor` is the source's.
/// validation_error: the person cannot be synced, and nothing was changed.
Result<TakenIn> take_in_person(Transaction&, Context const&, FhirSource const&, FhirPerson const&,
                               std::string const& version);

/// The server has taken `phones`, in that version (empty: it did not say).
void settle_push(Transaction&, Context const&, FhirSource const&, PersonRef const&,
                 SyncedPhones const& phones, std::string const& version);

/// Marks the people whose numbers others have changed here since `source` looked last, and moves on in its
/// progress; true where there is more. A bounded number of entries at a time.
bool mark_local_changes(Transaction&, Context const&, FhirSource&);

}  // namespace linebook

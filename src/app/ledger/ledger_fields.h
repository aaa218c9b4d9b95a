// How each thing shows in the ledger, and the one way in which a change gets there.
#pragma once

#include <string_view>

#include "app/context.h"
#include "app/ports/store.h"
#include "domain/access/session.h"
#include "domain/calls/call_record.h"
#include "domain/contacts/contact_number.h"
#include "domain/contacts/person.h"
#include "domain/contacts/saved_list.h"
#include "domain/dialing/dial_list.h"
#include "domain/ledger/ledger_entry.h"
#include "domain/lines/agent.h"
#include "domain/lines/line.h"
#include "domain/lines/pool_number.h"
#include "domain/messages/message.h"
#include "domain/reach/consent.h"
#include "domain/reach/policy.h"
#include "domain/reach/suppression.h"
#include "domain/sync/fhir_source.h"
#include "domain/webhooks/webhook.h"

namespace linebook {

Fields ledger_fields(ContactNumber const&);
Fields ledger_fields(Person const&);
Fields ledger_fields(Agent const&);
Fields ledger_fields(Line const&);
Fields ledger_fields(PoolNumber const&);
Fields ledger_fields(ApiKey const&);
Fields ledger_fields(Account const&);
Fields ledger_fields(KeySession const&);
Fields ledger_fields(CallRecord const&);
Fields ledger_fields(Message const&);
Fields ledger_fields(Consent const&);
Fields ledger_fields(Suppression const&);
Fields ledger_fields(ContactPolicy const&);
Fields ledger_fields(DialList const&);
Fields ledger_fields(Webhook const&);
Fields ledger_fields(FhirSource const&);
Fields ledger_fields(SavedList const&);

constexpr Entity entity_of(PersonType t) {
  return t == PersonType::patient ? Entity::patient : Entity::doctor;
}

/// Appends one row to the account's ledger: what differs between `was` and `is` (either may be empty:
/// created, deleted). Call it in the transaction of the change itself, once a thing.
void record(Transaction&, Context const&, Entity, std::string_view id, Action, Fields was, Fields is);

}  // namespace linebook

// All books over one session: what a job sees of its store. Each engine compiles them once (books.cc in its
// folder).
#pragma once

#include "app/ports/store.h"
#include "store/books/access/accounts.h"
#include "store/books/access/idempotency.h"
#include "store/books/access/sessions.h"
#include "store/books/book_rows.h"
#include "store/books/calls/calls.h"
#include "store/books/contacts/contact_numbers.h"
#include "store/books/contacts/people.h"
#include "store/books/contacts/saved_lists.h"
#include "store/books/dialing/dial_entries.h"
#include "store/books/dialing/dial_lists.h"
#include "store/books/dispatch/dispatches.h"
#include "store/books/dispatch/status_notices.h"
#include "store/books/ledger/ledger.h"
#include "store/books/lines/agents.h"
#include "store/books/lines/carrier_tasks.h"
#include "store/books/lines/lines.h"
#include "store/books/lines/pool.h"
#include "store/books/messages/messages.h"
#include "store/books/reach/calling_hours.h"
#include "store/books/reach/consents.h"
#include "store/books/reach/contact_attempts.h"
#include "store/books/reach/contact_policies.h"
#include "store/books/reach/decisions.h"
#include "store/books/reach/reach.h"
#include "store/books/reach/reassigned_numbers.h"
#include "store/books/reach/suppressions.h"
#include "store/books/sync/fhir_links.h"
#include "store/books/sync/fhir_sources.h"
#include "store/books/verification/verifications.h"
#include "store/books/webhooks/webhooks.h"

namespace linebook::books {

template <class Session>
class Books final : public Transaction {
 public:
  /// Both must outlive it. Whoever runs the job has begun its transaction.
  Books(Session&, DigitSearch const&);

  Accounts& accounts() override { return accounts_; }
  Sessions& sessions() override { return sessions_; }
  People& people() override { return people_; }
  ContactNumbers& contact_numbers() override { return contact_numbers_; }
  Agents& agents() override { return agents_; }
  Lines& lines() override { return lines_; }
  Pool& pool() override { return pool_; }
  Ledger& ledger() override { return ledger_; }
  Idempotency& idempotency() override { return idempotency_; }
  CarrierTasks& carrier_tasks() override { return carrier_tasks_; }
  Calls& calls() override { return calls_; }
  Decisions& decisions() override { return decisions_; }
  Reach& reach() override { return reach_; }
  Consents& consents() override { return consents_; }
  Suppressions& suppressions() override { return suppressions_; }
  ContactPolicies& contact_policies() override { return contact_policies_; }
  ContactAttempts& contact_attempts() override { return contact_attempts_; }
  ReassignedNumbers& reassigned_numbers() override { return reassigned_numbers_; }
  LoadedCallingHours& calling_hours() override { return calling_hours_; }
  Messages& messages() override { return messages_; }
  StatusNotices& status_notices() override { return status_notices_; }
  Dispatches& dispatches() override { return dispatches_; }
  Verifications& verifications() override { return verifications_; }
  DialLists& dial_lists() override { return dial_lists_; }
  DialEntries& dial_entries() override { return dial_entries_; }
  Webhooks& webhooks() override { return webhooks_; }
  FhirSources& fhir_sources() override { return fhir_sources_; }
  FhirLinks& fhir_links() override { return fhir_links_; }
  SavedLists& saved_lists() override { return saved_lists_; }
  BookRows const& book_rows() const override { return book_rows_; }

  Session& session() { return session_; }

 private:
  Session& session_;
  AccountsBook<Session> accounts_;
  SessionsBook<Session> sessions_;
  PeopleBook<Session> people_;
  ContactNumbersBook<Session> contact_numbers_;
  AgentsBook<Session> agents_;
  LinesBook<Session> lines_;
  PoolBook<Session> pool_;
  LedgerBook<Session> ledger_;
  IdempotencyBook<Session> idempotency_;
  CarrierTasksBook<Session> carrier_tasks_;
  CallsBook<Session> calls_;
  DecisionsBook<Session> decisions_;
  ReachBook<Session> reach_;
  ConsentsBook<Session> consents_;
  SuppressionsBook<Session> suppressions_;
  ContactPoliciesBook<Session> contact_policies_;
  ContactAttemptsBook<Session> contact_attempts_;
  ReassignedNumbersBook<Session> reassigned_numbers_;
  CallingHoursBook<Session> calling_hours_;
  MessagesBook<Session> messages_;
  StatusNoticesBook<Session> status_notices_;
  DispatchesBook<Session> dispatches_;
  VerificationsBook<Session> verifications_;
  DialListsBook<Session> dial_lists_;
  DialEntriesBook<Session> dial_entries_;
  WebhooksBook<Session> webhooks_;
  FhirSourcesBook<Session> fhir_sources_;
  FhirLinksBook<Session> fhir_links_;
  SavedListsBook<Session> saved_lists_;
  BookRowsOf<Session> book_rows_;
};

template <class Session>
Books<Session>::Books(Session& session, DigitSearch const& search)
    : session_(session),
      accounts_(session),
      sessions_(session),
      people_(session, search),
      contact_numbers_(session, search),
      agents_(session),
      lines_(session),
      pool_(session),
      ledger_(session),
      idempotency_(session),
      carrier_tasks_(session),
      calls_(session),
      decisions_(session),
      reach_(session, search),
      consents_(session),
      suppressions_(session),
      contact_policies_(session),
      contact_attempts_(session),
      reassigned_numbers_(session),
      calling_hours_(session),
      messages_(session),
      status_notices_(session),
      dispatches_(session),
      verifications_(session),
      dial_lists_(session),
      dial_entries_(session),
      webhooks_(session),
      fhir_sources_(session),
      fhir_links_(session),
      saved_lists_(session),
      book_rows_(session) {}

}  // namespace linebook::books

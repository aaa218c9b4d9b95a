// A transaction without books: tests bring those that they need, and whoever asks for another has no business
// there.
#pragma once

#include <stdexcept>

#include "app/ports/store.h"

namespace linebook::fakes {

class NoBooks : public Transaction {
 public:
  Accounts& accounts() override { unexpected(); }
  Sessions& sessions() override { unexpected(); }
  People& people() override { unexpected(); }
  ContactNumbers& contact_numbers() override { unexpected(); }
  Agents& agents() override { unexpected(); }
  Lines& lines() override { unexpected(); }
  Pool& pool() override { unexpected(); }
  Ledger& ledger() override { unexpected(); }
  Idempotency& idempotency() override { unexpected(); }
  CarrierTasks& carrier_tasks() override { unexpected(); }
  Calls& calls() override { unexpected(); }
  Decisions& decisions() override { unexpected(); }
  Reach& reach() override { unexpected(); }
  Consents& consents() override { unexpected(); }
  Suppressions& suppressions() override { unexpected(); }
  ContactPolicies& contact_policies() override { unexpected(); }
  ContactAttempts& contact_attempts() override { unexpected(); }
  ReassignedNumbers& reassigned_numbers() override { unexpected(); }
  LoadedCallingHours& calling_hours() override { unexpected(); }
  Messages& messages() override { unexpected(); }
  StatusNotices& status_notices() override { unexpected(); }
  Dispatches& dispatches() override { unexpected(); }
  Verifications& verifications() override { unexpected(); }
  DialLists& dial_lists() override { unexpected(); }
  DialEntries& dial_entries() override { unexpected(); }
  Webhooks& webhooks() override { unexpected(); }
  FhirSources& fhir_sources() override { unexpected(); }
  FhirLinks& fhir_links() override { unexpected(); }
  SavedLists& saved_lists() override { unexpected(); }
  BookRows const& book_rows() const override { unexpected(); }

 private:
  [[noreturn]] static void unexpected() { throw std::logic_error("not asked for in these tests"); }
};

}  // namespace linebook::fakes

// Where the books are kept. One contract for the embedded and the distributed store; tests/contract proves it
// on each.
//
// A use case is a plain function over a Transaction: it gathers what it needs, decides, and then applies. The
// rule that makes this safe: *a use case that returns an Error has changed nothing*, so a job that failed may
// still commit what surrounds it (its idempotency row).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "app/ports/accounts.h"
#include "app/ports/agents.h"
#include "app/ports/book_rows.h"
#include "app/ports/calling_hours.h"
#include "app/ports/calls.h"
#include "app/ports/carrier_tasks.h"
#include "app/ports/consents.h"
#include "app/ports/contact_attempts.h"
#include "app/ports/contact_numbers.h"
#include "app/ports/contact_policies.h"
#include "app/ports/decisions.h"
#include "app/ports/dial_lists.h"
#include "app/ports/dispatches.h"
#include "app/ports/fhir_sources.h"
#include "app/ports/idempotency.h"
#include "app/ports/key_changes.h"
#include "app/ports/ledger.h"
#include "app/ports/ledger_listener.h"
#include "app/ports/lines.h"
#include "app/ports/messages.h"
#include "app/ports/people.h"
#include "app/ports/reach.h"
#include "app/ports/reassigned_numbers.h"
#include "app/ports/saved_lists.h"
#include "app/ports/sessions.h"
#include "app/ports/status_notices.h"
#include "app/ports/suppressions.h"
#include "app/ports/tracing.h"
#include "app/ports/verifications.h"
#include "app/ports/webhooks.h"
#include "base/result.h"

namespace linebook {

/// Thrown by a Transaction's members when the store cannot do its part (disk full, database away, a read
/// given up). A job lets it pass: the store catches it, undoes that job alone, and answers `unavailable`, or
/// `overloaded` where the read took too long. Every other exception, such as that of a row which a constraint
/// refused, is a bug: its job is undone likewise and answered `internal_error`.
class StoreUnavailable : public std::runtime_error {
 public:
  explicit StoreUnavailable(std::string const& what) : std::runtime_error(what) {}
};

/// One consistent view of the books. A const Transaction reads a snapshot; a mutable one also changes.
class Transaction {
 public:
  virtual ~Transaction() = default;

  virtual Accounts& accounts() = 0;
  virtual Sessions& sessions() = 0;
  virtual People& people() = 0;
  virtual ContactNumbers& contact_numbers() = 0;
  virtual Agents& agents() = 0;
  virtual Lines& lines() = 0;
  virtual Pool& pool() = 0;
  virtual Ledger& ledger() = 0;
  virtual Idempotency& idempotency() = 0;
  virtual CarrierTasks& carrier_tasks() = 0;
  virtual Calls& calls() = 0;
  virtual Decisions& decisions() = 0;
  virtual Reach& reach() = 0;
  virtual Consents& consents() = 0;
  virtual Suppressions& suppressions() = 0;
  virtual ContactPolicies& contact_policies() = 0;
  virtual ContactAttempts& contact_attempts() = 0;
  virtual ReassignedNumbers& reassigned_numbers() = 0;
  virtual LoadedCallingHours& calling_hours() = 0;
  virtual Messages& messages() = 0;
  virtual StatusNotices& status_notices() = 0;
  virtual Dispatches& dispatches() = 0;
  virtual Verifications& verifications() = 0;
  virtual DialLists& dial_lists() = 0;
  virtual DialEntries& dial_entries() = 0;
  virtual Webhooks& webhooks() = 0;
  virtual FhirSources& fhir_sources() = 0;
  virtual FhirLinks& fhir_links() = 0;
  virtual SavedLists& saved_lists() = 0;
  virtual BookRows const& book_rows() const = 0;

  Accounts const& accounts() const { return self().accounts(); }
  Sessions const& sessions() const { return self().sessions(); }
  People const& people() const { return self().people(); }
  ContactNumbers const& contact_numbers() const { return self().contact_numbers(); }
  Agents const& agents() const { return self().agents(); }
  Lines const& lines() const { return self().lines(); }
  Pool const& pool() const { return self().pool(); }
  Ledger const& ledger() const { return self().ledger(); }
  Idempotency const& idempotency() const { return self().idempotency(); }
  CarrierTasks const& carrier_tasks() const { return self().carrier_tasks(); }
  Calls const& calls() const { return self().calls(); }
  Decisions const& decisions() const { return self().decisions(); }
  Reach const& reach() const { return self().reach(); }
  Consents const& consents() const { return self().consents(); }
  Suppressions const& suppressions() const { return self().suppressions(); }
  ContactPolicies const& contact_policies() const { return self().contact_policies(); }
  ContactAttempts const& contact_attempts() const { return self().contact_attempts(); }
  ReassignedNumbers const& reassigned_numbers() const { return self().reassigned_numbers(); }
  LoadedCallingHours const& calling_hours() const { return self().calling_hours(); }
  Messages const& messages() const { return self().messages(); }
  StatusNotices const& status_notices() const { return self().status_notices(); }
  Dispatches const& dispatches() const { return self().dispatches(); }
  Verifications const& verifications() const { return self().verifications(); }
  DialLists const& dial_lists() const { return self().dial_lists(); }
  DialEntries const& dial_entries() const { return self().dial_entries(); }
  Webhooks const& webhooks() const { return self().webhooks(); }
  FhirSources const& fhir_sources() const { return self().fhir_sources(); }
  FhirLinks const& fhir_links() const { return self().fhir_links(); }
  SavedLists const& saved_lists() const { return self().saved_lists(); }

 private:
  Transaction& self() const { return const_cast<Transaction&>(*this); }
};

/// Work for the store. Run once in the usual case, and again from the start where a transaction had to be
/// repeated: so run() keeps nothing from an earlier run. done() is called exactly once, after the commit is
/// durable (or failed), on one of the store's threads or within a call that handed a job over, this one or
/// one that found the queue full; it must be quick and must not throw.
class WriteJob {
 public:
  virtual ~WriteJob() = default;
  /// Whose it is: accounts take turns where many wait. Work of the service's own is that of no account, and
  /// has its turn like one.
  virtual AccountId account() const { return {}; }
  virtual void run(Transaction&) = 0;
  virtual void done(std::optional<Error> error) = 0;  // overloaded, unavailable or internal_error

  JobTrace trace = {};  // told by the store
};

class ReadJob {
 public:
  virtual ~ReadJob() = default;
  virtual AccountId account() const { return {}; }  // as of a WriteJob
  virtual void run(Transaction const&) = 0;
  virtual void done(std::optional<Error> error) = 0;

  JobTrace trace = {};  // told by the store
};

/// What a read may cost, and where it runs for that.
enum class ReadCost {
  /// Looks at no more rows than a page or two hold. On the calling thread, which may be one that serves I/O;
  /// where it turns out to be long all the same, it starts again as if it were unbounded.
  bounded,
  /// Searches, deep offsets, reports: as much as an account has. On a small pool that everybody shares,
  /// behind a bounded queue, and given up as `overloaded` where it takes longer than the store allows.
  unbounded,
  /// Walks that must see all of it: verifying, exports, background work. On the calling thread, which may
  /// wait, for as long as it takes; given up as `unavailable` when the store stops.
  long_walk,
};

/// Relaxed counters, for metrics. Any thread.
struct StoreCounters {
  static constexpr std::array<std::int64_t, 8> batch_bounds{1, 2, 4, 8, 16, 32, 64, 128};
  std::array<std::atomic<std::uint64_t>, 9> batches_by_size{};  // up to each bound, then above
  std::atomic<std::uint64_t> commits{0};
  std::atomic<std::uint64_t> commit_failures{0};
  std::atomic<std::uint64_t> jobs{0};
  std::atomic<std::uint64_t> commit_microseconds{0};  // sum, from begin to durable
  std::atomic<std::int64_t> write_queue_depth{0};
  std::atomic<std::int64_t> read_queue_depth{0};
  std::atomic<std::int64_t> ledger_entries{0};  // all accounts
  std::atomic<std::int64_t> decisions{0};       // likewise
};

class Store {
 public:
  virtual ~Store() = default;

  /// Any thread. Where many wait, accounts take turns; an account's own run in the order in which they came.
  virtual void write(std::unique_ptr<WriteJob>) = 0;
  virtual void read(ReadCost, std::unique_ptr<ReadJob>) = 0;

  /// How many write jobs it works on side by side. With one, they run in the order in which they came.
  virtual std::size_t writes_side_by_side() const { return 1; }

  /// Moves when keys or accounts are no longer as somebody may remember them: before the change is
  /// acknowledged, and within a second where another node made it. One relaxed look at memory.
  virtual std::uint64_t keys_generation() const = 0;
  /// What has changed since that generation. Waits for nobody.
  virtual KeyChanges key_changes_since(std::uint64_t generation) const = 0;

  /// Who is told of ledgers that have grown; nobody where it is null. Once this returns an earlier listener
  /// is not called any more. One at a time.
  virtual void tell_of_growth(LedgerListener*) {}

  /// Lets go of the snapshot that this thread's reads may still hold. Called by I/O threads about once a
  /// second.
  virtual void rest() {}

  /// Makes the first search of each account as quick as the later ones. Takes seconds where accounts are
  /// large; on a thread that may wait. Reads and writes go on meanwhile.
  virtual void warm_up() {}

  /// Nothing when reads and writes work; else what is wrong, in words for the operator.
  virtual std::optional<std::string> trouble() const = 0;

  virtual StoreCounters const& counters() const = 0;

  /// Runs and answers everything handed over before, writes included; a read that takes long is given up as
  /// `unavailable`. Whatever comes later is answered `unavailable` too. Called before anybody is destroyed
  /// whose jobs may still wait; a second call does nothing. One thread, but others may go on handing over.
  virtual void stop() = 0;
};

}  // namespace linebook

#include "delivery/fhir_sync_runner.h"

#include <string>
#include <utility>

#include "app/ports/blocking.h"
#include "sync/fhir_sync.h"

namespace linebook {
namespace {

/// So many that accounts whose sources all wait their turn leave some of others among them.
constexpr auto sources_looked_at = static_cast<std::int64_t>((fhir_runs_at_once + 1) * max_fhir_sources);

/// Another thread or node was quicker, the source was deleted, or its account suspended.
bool is_no_fault(ErrorCode code) {
  return code == ErrorCode::conflict || code == ErrorCode::not_found || code == ErrorCode::forbidden;
}

}  // namespace

FhirSyncRunner::FhirSyncRunner(Dependencies deps) : deps_(std::move(deps)) {
  if (deps_.nodes == Nodes::alone) end_leases();
  for (std::size_t i = 0; i < fhir_runs_at_once; ++i) threads_.emplace_back([this] { run(); });
}

FhirSyncRunner::~FhirSyncRunner() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void FhirSyncRunner::end_leases() {
  auto const ended = write_and_wait(deps_.store, [](Transaction& tx) -> Result<void> {
    tx.fhir_sources().end_leases();
    return {};
  });
  if (!ended) deps_.log(ended.error().message);
}

/// False: it is to stop.
bool FhirSyncRunner::rest_for(std::chrono::steady_clock::duration duration) {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, duration, [this] { return stopping_; });
}

void FhirSyncRunner::run() {
  while (rest_for(sources_due_interval)) sync_due_sources();
}

void FhirSyncRunner::sync_due_sources() {
  auto const due =
      read_and_wait(deps_.store, [this](Transaction const& tx) -> Result<std::vector<AccountFhirSource>> {
        return tx.fhir_sources().due(deps_.clock.now(), sources_looked_at);
      });
  if (!due) return deps_.log(due.error().message);
  for (auto const& [account, source] : *due) {
    if (!begin_run_of(account)) continue;
    sync_source(account, source.id);
    end_run_of(account);
    if (!rest_for({})) return;
  }
}

/// False: another thread runs a source of this account.
bool FhirSyncRunner::begin_run_of(AccountId account) {
  std::lock_guard lock(mutex_);
  return accounts_running_.insert(account).second;
}

void FhirSyncRunner::end_run_of(AccountId account) {
  std::lock_guard lock(mutex_);
  accounts_running_.erase(account);
}

void FhirSyncRunner::sync_source(AccountId account, FhirSourceId const& id) {
  auto const run =
      sync_fhir_source({.store = deps_.store,
                        .http = deps_.http,
                        .clock = deps_.clock,
                        .ids = deps_.ids,
                        .secrets = deps_.secrets,
                        .policies = deps_.policies,
                        .rest = [this](std::chrono::milliseconds duration) { return rest_for(duration); },
                        .tracer = deps_.tracer},
                       account, id);
  auto const what = "FHIR source " + id.value + ": ";
  if (run && run->error) deps_.log(what + *run->error);
  if (!run && !is_no_fault(run.error().code)) deps_.log(what + run.error().message);
}

}  // namespace linebook

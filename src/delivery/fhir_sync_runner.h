// Keeps accounts in step with their FHIR sources (sync/fhir_sync.h): runs each when its turn has come, on
// threads that wait for servers. One run of a source at a time, on whichever node.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string_view>
#include <thread>
#include <vector>

#include "app/context.h"
#include "app/ports/clock.h"
#include "app/ports/nodes.h"
#include "app/ports/outgoing_http.h"
#include "app/ports/store.h"

namespace linebook {

/// How often it is looked for sources whose turn has come.
inline constexpr std::chrono::milliseconds sources_due_interval{500};
/// Accounts at once, one source of each: servers that hang keep their own account waiting and no other.
inline constexpr std::size_t fhir_runs_at_once = 6;

class FhirSyncRunner {
 public:
  struct Dependencies {
    Store& store;
    OutgoingHttp& http;
    Clock& clock;
    Ids& ids;
    Secrets& secrets;
    Policies const& policies;
    /// Gets the operator's words on what failed; it is tried again.
    std::function<void(std::string_view)> log;
    /// alone: whoever held a lease before is gone.
    Nodes nodes = Nodes::several;
    Tracer& tracer = Tracer::off();
  };

  explicit FhirSyncRunner(Dependencies);
  /// Ends runs where they stand, and stops. The client of `http` answers until then.
  ~FhirSyncRunner();
  FhirSyncRunner(FhirSyncRunner const&) = delete;
  FhirSyncRunner& operator=(FhirSyncRunner const&) = delete;

 private:
  void run();
  void end_leases();
  void sync_due_sources();
  void sync_source(AccountId, FhirSourceId const&);
  bool begin_run_of(AccountId);
  void end_run_of(AccountId);
  bool rest_for(std::chrono::steady_clock::duration);

  Dependencies deps_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;                 // under mutex_
  std::set<AccountId> accounts_running_;  // likewise
  std::vector<std::thread> threads_;
};

}  // namespace linebook

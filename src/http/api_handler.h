// Linebook over HTTP: takes each request from the transport through routing, authentication and its endpoint
// to the store, and the outcome back. The order of checks is the API's: 404/405, 401, 429, 403, 413/415, 400,
// then the use case's own 404, 412, 422/409.
#pragma once

#include <memory>
#include <string>

#include "app/ports/carrier_progress.h"
#include "app/ports/clock.h"
#include "app/ports/database_server.h"
#include "app/ports/do_not_call_lists.h"
#include "app/ports/event_feed.h"
#include "app/ports/import_desk.h"
#include "app/ports/request_history.h"
#include "app/ports/simulated_phones.h"
#include "app/ports/store.h"
#include "app/ports/tracing.h"
#include "domain/reach/time_zones.h"
#include "http/access/sign_in_attempts.h"
#include "http/contacts/quality_report.h"
#include "http/events/event_streams.h"
#include "http/serving/admission.h"
#include "http/serving/api_exchange.h"
#include "http/serving/endpoint.h"
#include "http/serving/key_directory.h"
#include "http/serving/plan_runner.h"
#include "http/serving/router.h"
#include "http/telemetry/metrics.h"
#include "http/transport/exchange.h"
#include "http/transport/server.h"

namespace linebook::http {

struct ApiDependencies {
  Store& store;
  Clock& clock;
  Ids& ids;
  Secrets& secrets;
  Policies const& policies;
  RequestHistory& history;
  CarrierProgress& carrier_progress;
  DoNotCallLists const& do_not_call_lists;
  TimeZones const& time_zones;
  EventFeed& events;
  EventRenderer const& event_renderer;
  EventCounters& event_counters;
  OutgoingHttp& outgoing;
  ImportDesk& imports;
  NodeDisk const& disk;
  Safekeeping const& safekeeping;
  Tracer& tracer;
  std::size_t most_listeners_of_account;        // streams of events and long polls
  DatabaseServer const* database = nullptr;     // that the store is on; nothing: it is embedded
  SimulatedPhones* simulated_phones = nullptr;  // of a demo installation
};

/// Outlives the server that calls it, and is outlived by what it depends on. Threads as Handler says.
class ApiHandler final : public Handler {
 public:
  explicit ApiHandler(ApiDependencies);

  std::optional<Response> admit(Request const&, std::unique_ptr<Attachment>&, Postponement&) override;
  void handle(Request const&, Attachment*, Reply) override;
  Response refuse(Request const&, std::unique_ptr<Attachment>&, Error const&) override;
  void answered(Request const&, Attachment*, int status, std::size_t bytes,
                std::chrono::steady_clock::duration took) override;
  void tick() override;
  void draining() override { events_.drain(); }

  RequestMetrics const& metrics() const { return metrics_; }
  KeyDirectory& keys() { return keys_; }

 private:
  std::unique_ptr<ApiExchange> begin(Request const&);
  Result<Plan> plan(Request const&, ApiExchange const&);

  ApiDependencies deps_;
  QualityReports quality_reports_;
  CallingHoursInForce calling_hours_;
  EventStreams events_;
  SignInAttempts sign_in_attempts_;
  Environment env_;
  Router router_;
  RequestMetrics metrics_;
  KeyDirectory keys_;
  AccountAllowances accounts_;
  Admission admission_;
  PlanRunner plans_;
};

}  // namespace linebook::http

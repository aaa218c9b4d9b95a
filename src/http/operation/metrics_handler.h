// GET /metrics, on the operator's own listener: no token, so it listens on loopback unless told otherwise.
#pragma once

#include "app/ports/clock.h"
#include "app/ports/do_not_call_lists.h"
#include "app/ports/event_counters.h"
#include "app/ports/ids.h"
#include "app/ports/node_disk.h"
#include "app/ports/safekeeping.h"
#include "app/ports/tracing.h"
#include "http/telemetry/metrics.h"
#include "http/transport/exchange.h"

namespace linebook::http {

class MetricsHandler final : public Handler {
 public:
  struct Dependencies {
    RequestMetrics const& requests;
    KeyCounters const& keys;
    Store const& store;
    RequestHistory const& history;
    DoNotCallLists const& do_not_call_lists;
    EventCounters const& events;
    TraceCounters const& traces;
    Clock& clock;
    Ids& ids;
    Safekeeping const& safekeeping;
    NodeDisk const& disk;
    DatabaseServer const* database = nullptr;  // nothing: the store is embedded
  };

  explicit MetricsHandler(Dependencies deps) : deps_(deps) {}
  /// The counters of the public server, once it listens; before the first request.
  void watch(ServerCounters const& counters) { counters_ = &counters; }

  std::optional<Response> admit(Request const&, std::unique_ptr<Attachment>&, Postponement&) override {
    return std::nullopt;
  }
  void handle(Request const&, Attachment*, Reply) override;
  Response refuse(Request const&, std::unique_ptr<Attachment>&, Error const&) override;
  void answered(Request const&, Attachment*, int, std::size_t, std::chrono::steady_clock::duration) override {
  }

 private:
  Response refused(Error const&) const;

  Dependencies deps_;
  ServerCounters const* counters_ = nullptr;
};

}  // namespace linebook::http

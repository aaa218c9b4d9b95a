#include "linebook/serve.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>

#include "carriers/simulator/simulator.h"
#include "carriers/twilio/twilio_carrier.h"
#include "cli/operator_server.h"
#include "cli/upload/upload_desk.h"
#include "delivery/carrier_news.h"
#include "delivery/carrier_runner.h"
#include "delivery/dial_planner.h"
#include "delivery/dispatch_runner.h"
#include "delivery/fhir_sync_runner.h"
#include "delivery/housekeeping.h"
#include "delivery/ledger_follower.h"
#include "delivery/list_dialer.h"
#include "delivery/webhook_courier.h"
#include "http/api_handler.h"
#include "http/events/event_json.h"
#include "http/operation/metrics_handler.h"
#include "http/telemetry/log.h"
#include "http/transport/server.h"
#include "linebook/data_directory_care.h"
#include "linebook/data_directory_disk.h"
#include "linebook/demo.h"
#include "linebook/kept_copies.h"
#include "linebook/opened_installation.h"
#include "linebook/service_manager.h"
#include "lists/list_upkeep.h"
#include "otlp/otlp_exporter.h"
#include "outgoing/outgoing_client.h"
#include "store/sqlite/request_history.h"

namespace linebook {
namespace {

// SIGTERM ends the process within ten seconds, the operator's commands and the last checkpoint included.
constexpr std::chrono::seconds drain_patience{8};
constexpr std::string_view default_metrics_address = "127.0.0.1";
constexpr std::uint16_t default_metrics_port = 9464;

/// Signals are taken by one thread that waits for them, so all threads are started with them blocked.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

/// Every connection is a file descriptor; take as many as the system allows.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// Memory holds keys, tokens and texts: no core file and no other process is to see them. (proc(5),
/// coredump_filter; prctl(2), PR_SET_DUMPABLE)
void keep_memory_to_ourselves() {
  prctl(PR_SET_DUMPABLE, 0);
  if (std::FILE* filter = std::fopen("/proc/self/coredump_filter", "w")) {
    std::fputs("0", filter);
    std::fclose(filter);
  }
}

/// Listeners stay: one account's leave as many connections to everybody else.
std::size_t most_listeners_of_account(ServeSettings const& settings) {
  return std::max<std::size_t>(1, settings.max_connections / 2);
}

unsigned thread_count(unsigned wanted) {
  return wanted != 0 ? wanted : std::max(1u, std::thread::hardware_concurrency());
}

/// The descriptor of a socket that was handed over, or -1; whoever calls it owns the socket.
int take(std::optional<HandedSocket>& socket) {
  int const fd = socket ? socket->fd : -1;
  socket.reset();
  return fd;
}

Result<std::unique_ptr<http::Server>> listen(ServeSettings const& settings, HandedSockets& sockets,
                                             http::Handler& handler) {
  auto address = http::parse_listen_address(settings.listen);
  if (!address) return fail(std::move(address.error()));
  http::ServerOptions options;
  options.address = address->first;
  options.port = address->second;
  options.threads = thread_count(settings.threads);
  options.limits.connections = settings.max_connections;
  options.trusted_proxies = settings.trusted_proxies;
  options.listening_socket = take(sockets.api);
  if (!settings.tls_cert.empty())
    options.tls = std::make_unique<http::TlsFiles>(http::TlsFiles{settings.tls_cert, settings.tls_key});
  return http::Server::listen(std::move(options), handler);
}

/// The operator's own listener. Where nobody asked for a port, a taken default gives way to any free one.
Result<std::unique_ptr<http::Server>> listen_for_metrics(ServeSettings const& settings,
                                                         HandedSockets& sockets, http::Handler& handler) {
  auto try_on = [&](std::string_view address, std::uint16_t port) {
    http::ServerOptions options;
    options.address = address;
    options.port = port;
    options.limits.connections = 64;
    options.listening_socket = take(sockets.metrics);
    return http::Server::listen(std::move(options), handler);
  };
  if (settings.metrics_listen) {
    auto address = http::parse_listen_address(*settings.metrics_listen);
    if (!address) return fail(std::move(address.error()));
    return try_on(address->first, address->second);
  }
  auto server = try_on(default_metrics_address, default_metrics_port);
  return server ? std::move(server) : try_on(default_metrics_address, 0);
}

std::string url_of(std::string_view scheme, std::string_view listen, std::uint16_t port) {
  return fmt::format("{}://{}:{}", scheme, listen.substr(0, listen.rfind(':')), port);
}

/// For a browser on this machine, where everybody is listened to.
std::string browser_url_of(std::string_view scheme, std::string_view listen, std::uint16_t port) {
  auto const host = listen.substr(0, listen.rfind(':'));
  auto const address = host == "0.0.0.0" ? "127.0.0.1" : host == "[::]" ? "[::1]" : host;
  return fmt::format("{}://{}:{}", scheme, address, port);
}

void log_history(std::string_view text) { http::log_event(http::Severity::warn, "request_history", text); }
void log_traces(std::string_view text) { http::log_event(http::Severity::warn, "traces", text); }
void log_dialing(std::string_view text) { http::log_event(http::Severity::warn, "dialing", text); }
void log_events(std::string_view text) { http::log_event(http::Severity::warn, "events", text); }
void log_webhooks(std::string_view text) { http::log_event(http::Severity::warn, "webhooks", text); }
void log_fhir_sync(std::string_view text) { http::log_event(http::Severity::warn, "fhir_sync", text); }
void log_carrier(std::string_view text) { http::log_event(http::Severity::warn, "carrier", text); }
void log_housekeeping(std::string_view text) { http::log_event(http::Severity::warn, "housekeeping", text); }

/// The settings were read: their networks are networks.
OutgoingClient::Options outgoing_options(ServeSettings const& settings) {
  auto policy = AddressPolicy::parse(settings.webhook_allow,
                                     settings.demo ? PlainHttp::to_loopback : PlainHttp::refused);
  return {policy ? std::move(*policy) : AddressPolicy(), settings.webhook_ca};
}

Nodes nodes_of(ServeSettings const& settings) {
  return settings.database.empty() ? Nodes::alone : Nodes::several;
}

/// Whoever works for a request may still tell of it: outlives all of them.
class Traces {
 public:
  static Result<std::unique_ptr<Traces>> start(ServeSettings const& settings) {
    auto traces = std::unique_ptr<Traces>(new Traces);
    if (settings.otlp_url.empty()) return traces;
    std::vector<std::string> headers;
    if (!settings.otlp_headers.empty()) {
      auto read = read_header_file(settings.otlp_headers);
      if (!read) return fail(std::move(read.error()));
      headers = std::move(*read);
    }
    SystemClock clock;
    traces->exporter_ = std::make_unique<OtlpExporter>(
        OtlpExporter::Options{.url = settings.otlp_url,
                              .headers = std::move(headers),
                              .resource = {LINEBOOK_VERSION, UlidIds().next("node_", clock.now())},
                              .log = log_traces},
        traces->counters_);
    traces->tracer_.emplace(*traces->exporter_, settings.otlp_sample);
    return traces;
  }
  Tracer& tracer() { return tracer_ ? *tracer_ : Tracer::off(); }
  TraceCounters const& counters() const { return counters_; }

 private:
  Traces() = default;
  TraceCounters counters_;
  std::unique_ptr<OtlpExporter> exporter_;
  std::optional<Tracer> tracer_;
};

/// What serves the installation, in the order in which it is made; it goes in the opposite order.
class Serving {
 public:
  Serving(OpenedInstallation& installation, ServeSettings const& settings, HandedSockets& sockets,
          Traces& traces)
      : installation_(installation),
        settings_(settings),
        sockets_(sockets),
        history_(installation.directory() / request_history_file_name, installation.clock(),
                 {.max_bytes = settings.request_history_bytes, .log = log_history}),
        carrier_(settings.twilio_api_url),
        carrier_runner_(
            std::in_place,
            CarrierRunner::Dependencies{installation.store(), carrier_, installation.clock(),
                                        installation.ids(), installation.secrets(), installation.policies(),
                                        log_carrier, nodes_of(settings), traces.tracer()}),
        carrier_news_({installation.store(), installation.clock(), installation.ids(), installation.secrets(),
                       installation.policies(), to_string(CarrierName::simulator), log_carrier}),
        simulator_(settings.demo ? std::make_unique<simulator::Simulator>(installation.clock()) : nullptr),
        dispatch_runner_(std::in_place,
                         DispatchRunner::Dependencies{
                             installation.store(), carrier_, simulator_ ? &simulator_->carrier() : nullptr,
                             installation.clock(), installation.ids(), installation.secrets(),
                             installation.policies(), installation.do_not_call_lists(),
                             installation.time_zones(), log_carrier, nodes_of(settings), traces.tracer()}),
        dialing_node_(installation.ids().next("node_", installation.clock().now())),
        dial_planner_(std::in_place, dialing(installation)),
        list_dialer_(std::in_place, dialing(installation)),
        follower_(std::in_place, LedgerFollower::Dependencies{installation.store(), event_json_,
                                                              event_counters_, log_events}),
        outgoing_(std::in_place, outgoing_options(settings)),
        webhook_courier_(std::in_place,
                         WebhookCourier::Dependencies{
                             installation.store(), *follower_, event_json_, *outgoing_, installation.clock(),
                             installation.ids(), installation.secrets(), installation.policies(),
                             event_counters_, log_webhooks, nodes_of(settings), traces.tracer()}),
        fhir_sync_(
            std::in_place,
            FhirSyncRunner::Dependencies{installation.store(), *outgoing_, installation.clock(),
                                         installation.ids(), installation.secrets(), installation.policies(),
                                         log_fhir_sync, nodes_of(settings), traces.tracer()}),
        uploads_(installation.as_seen_by_operator()),
        disk_(installation.directory().string()),
        copies_(installation, settings),
        api_({installation.store(),
              installation.clock(),
              installation.ids(),
              installation.secrets(),
              installation.policies(),
              history_,
              *carrier_runner_,
              installation.do_not_call_lists(),
              installation.time_zones(),
              *follower_,
              event_json_,
              event_counters_,
              *outgoing_,
              uploads_,
              disk_,
              copies_,
              traces.tracer(),
              most_listeners_of_account(settings),
              installation.database(),
              simulator_.get()}),
        metrics_({api_.metrics(), api_.keys().counters(), installation.store(), history_,
                  installation.do_not_call_lists(), event_counters_, traces.counters(), installation.clock(),
                  installation.ids(), copies_, disk_, installation.database()}),
        operator_server_(installation.as_seen_by_operator()),
        housekeeping_(std::in_place, Housekeeping::Dependencies{
                                         installation.store(), installation.clock(), installation.secrets(),
                                         [this] { return api_.keys().take_uses(); }, log_housekeeping,
                                         [this] { uploads_.tidy(); }}),
        list_upkeep_(installation.do_not_call_lists(), installation.list_copies()) {
    installation_.as_seen_by_operator().outgoing_http = &*outgoing_;
    if (!simulator_) return;
    installation_.as_seen_by_operator().simulated_phones = simulator_.get();
    simulator_->tell(&carrier_news_);
    simulator_->start();
  }

  Result<void> listen() {
    auto server = linebook::listen(settings_, sockets_, api_);
    if (!server) return fail(std::move(server.error()));
    server_ = std::move(*server);
    metrics_.watch(server_->counters());
    auto metrics_server = listen_for_metrics(settings_, sockets_, metrics_);
    if (!metrics_server) return fail(std::move(metrics_server.error()));
    metrics_server_ = std::move(*metrics_server);
    installation_.as_seen_by_operator().url =
        settings_.public_url.empty() ? browser_url_of(scheme(), settings_.listen, server_->port())
                                     : settings_.public_url;
    return operator_server_.start();
  }

  Result<void> announce() {
    auto const url = url_of(scheme(), settings_.listen, server_->port());
    auto const metrics_listen =
        settings_.metrics_listen.value_or(std::string(default_metrics_address) + ":0");
    fmt::print("listening on {}\nmetrics on {}/metrics\n", url,
               url_of("http", metrics_listen, metrics_server_->port()));
    http::log_event(http::Severity::info, "started", url);
    tell_time_zones();
    if (settings_.demo) {
      auto demo = prepare_demo(installation_.store(), installation_.clock(), installation_.ids(),
                               installation_.secrets(), installation_.policies());
      if (!demo) return fail(std::move(demo.error()));
      fmt::print("{}", demo_greeting(*demo, settings_.public_url.empty() ? url : settings_.public_url,
                                     installation_.as_seen_by_operator().url, watch_phones_command()));
    }
    std::fflush(stdout);
    return {};
  }

  void serve_until_told(sigset_t const& signals) {
    server_->start();
    metrics_server_->start();
    auto const serving = "serving on " + url_of(scheme(), settings_.listen, server_->port());
    tell_ready(serving);
    watchdog_.emplace(installation_.store(), [this] { return server_->last_round(); }, serving);
    for (int signal = 0; sigwait(&signals, &signal) == 0 && signal == SIGHUP;) {
      tell_reloading();
      reload_tls();
      reload_time_zones();
      tell_ready(serving);
    }
    tell_stopping();
    watchdog_.reset();
    http::log_event(http::Severity::info, "draining", "finishing what runs, refusing what comes");
    server_->drain(drain_patience);
    operator_server_.stop();
    uploads_.stop();
    list_upkeep_.stop();
    list_dialer_.reset();
    dial_planner_.reset();
    metrics_server_->drain(std::chrono::seconds(0));
    outgoing_->stop();
    fhir_sync_.reset();
    webhook_courier_.reset();
    follower_.reset();
    carrier_.stop();
    if (simulator_) simulator_->stop();
    dispatch_runner_.reset();
    carrier_runner_.reset();
    housekeeping_.reset();
    copies_.stop();
    // What was handed over still answers to api_: it must be over before api_ goes.
    installation_.store().stop();
    history_.stop();
    http::log_event(http::Severity::info, "stopped", "drained");
  }

 private:
  std::string_view scheme() const { return settings_.tls_cert.empty() ? "http" : "https"; }

  /// To paste into a shell in the same directory.
  std::string watch_phones_command() const {
    std::error_code unknown;
    auto const program = std::filesystem::read_symlink("/proc/self/exe", unknown);
    return fmt::format("{} phones --data {}", unknown ? "linebook" : program.string(), settings_.data);
  }

  DialPlanner::Dependencies dialing(OpenedInstallation& installation) const {
    return {installation.store(),      installation.clock(),    installation.ids(),
            installation.secrets(),    installation.policies(), installation.do_not_call_lists(),
            installation.time_zones(), dialing_node_,           log_dialing};
  }

  void reload_tls() {
    if (auto ok = server_->reload_tls(); !ok)
      http::log_event(http::Severity::error, "tls", ok.error().message);
    else
      http::log_event(http::Severity::info, "tls", "certificate read again");
  }

  void reload_time_zones() {
    auto& zones = installation_.time_zones();
    if (auto const taken = zones.reload(); !taken)
      http::log_event(http::Severity::error, "time_zones", taken.error().message);
    else if (*taken)
      tell_time_zones();
  }

  void tell_time_zones() const {
    auto const& zones = installation_.time_zones();
    if (zones.count() == 0)
      http::log_event(
          http::Severity::warn, "time_zones",
          "the system's time zone database cannot be read, so that nobody may be contacted: install "
          "the package tzdata, and send SIGHUP");
    else
      http::log_event(http::Severity::info, "time_zones",
                      fmt::format("version {}: {} zones, {} names without one", zones.version(),
                                  zones.count(), zones.unreadable()));
  }

  OpenedInstallation& installation_;
  ServeSettings const& settings_;
  HandedSockets& sockets_;
  SqliteRequestHistory history_;
  TwilioCarrier carrier_;
  std::optional<CarrierRunner> carrier_runner_;
  CarrierNews carrier_news_;
  std::unique_ptr<simulator::Simulator> simulator_;
  std::optional<DispatchRunner> dispatch_runner_;
  std::string const dialing_node_;  // one, whoever of the two works on a list
  std::optional<DialPlanner> dial_planner_;
  std::optional<ListDialer> list_dialer_;
  EventCounters event_counters_;
  http::EventJson const event_json_;
  std::optional<LedgerFollower> follower_;
  std::optional<OutgoingClient> outgoing_;
  std::optional<WebhookCourier> webhook_courier_;
  std::optional<FhirSyncRunner> fhir_sync_;
  UploadDesk uploads_;
  DataDirectoryDisk const disk_;
  KeptCopies copies_;
  http::ApiHandler api_;
  http::MetricsHandler metrics_;
  OperatorServer operator_server_;
  std::optional<Housekeeping> housekeeping_;
  lists::ListUpkeep list_upkeep_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<http::Server> metrics_server_;
  std::optional<Watchdog> watchdog_;
};

Result<std::unique_ptr<OpenedInstallation>> open_installation(ServeSettings const& settings) {
  auto directory = DataDirectory::lock(settings.data);
  if (!directory) return fail(std::move(directory.error()));
  delete_leftovers(*directory);
  if (auto const open = openness(directory->path()))
    http::log_event(http::Severity::warn, "data_directory", *open);
  StoreLog const log{
      .failures = [](std::string_view text) { http::log_event(http::Severity::error, "store", text); },
      .slow_statements =
          [](std::string_view text) { http::log_event(http::Severity::warn, "slow_statement", text); },
      .lists = [](std::string_view text) { http::log_event(http::Severity::warn, "lists", text); }};
  return settings.database.empty() ? OpenedInstallation::open_embedded(std::move(*directory), settings, log)
                                   : OpenedInstallation::open_postgres(std::move(*directory), settings, log);
}

/// From opening to the end of draining; an error is what kept it from starting.
Result<void> run(ServeSettings settings, HandedSockets sockets, sigset_t const& signals) {
  if (sockets.api) settings.listen = sockets.api->address;
  if (sockets.metrics) settings.metrics_listen = sockets.metrics->address;
  auto traces = Traces::start(settings);
  if (!traces) return fail(std::move(traces.error()));
  auto installation = open_installation(settings);
  if (!installation) return fail(std::move(installation.error()));
  Serving serving(**installation, settings, sockets, **traces);
  if (auto ok = serving.listen(); !ok) return ok;
  if (auto ok = serving.announce(); !ok) return ok;
  serving.serve_until_told(signals);
  return {};
}

}  // namespace

int serve(ServeSettings const& settings) {
  // Before the first thread is started, the log's own: every thread inherits what is blocked.
  auto const signals = block_signals();
  auto sockets = HandedSockets::take();
  auto outcome = sockets ? http::start_log({.level = settings.log_level,
                                            .format = settings.log_format,
                                            .requests = settings.log_requests})
                         : fail(std::move(sockets.error()));
  if (outcome) {
    raise_descriptor_limit();
    if (!settings.dumpable) keep_memory_to_ourselves();
    outcome = run(settings, std::move(*sockets), signals);
  }
  if (!outcome) fmt::print(stderr, "linebook: {}\n", outcome.error().message);
  http::stop_log();
  return outcome ? 0 : 1;
}

}  // namespace linebook

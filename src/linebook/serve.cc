#include "linebook/serve.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>

#include "cli/operator_server.h"
#include "delivery/housekeeping.h"
#include "http/api_handler.h"
#include "http/log.h"
#include "http/transport/server.h"
#include "keyring/master_key.h"
#include "keyring/sodium_secrets.h"
#include "linebook/demo.h"
#include "linebook/system_clock.h"
#include "linebook/ulid_ids.h"
#include "store/sqlite/data_directory.h"
#include "store/sqlite/request_history.h"
#include "store/sqlite/sqlite_store.h"

namespace linebook {
namespace {

constexpr std::chrono::seconds drain_patience{10};
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

unsigned thread_count(unsigned wanted) {
  return wanted != 0 ? wanted : std::max(1u, std::thread::hardware_concurrency());
}

Result<std::unique_ptr<http::Server>> listen(ServeSettings const& settings, http::Handler& handler) {
  auto address = http::parse_listen_address(settings.listen);
  if (!address) return fail(std::move(address.error()));
  http::ServerOptions options;
  options.address = address->first;
  options.port = address->second;
  options.threads = thread_count(settings.threads);
  options.limits.connections = settings.max_connections;
  options.trusted_proxies = settings.trusted_proxies;
  if (!settings.tls_cert.empty())
    options.tls = std::make_unique<http::TlsFiles>(http::TlsFiles{settings.tls_cert, settings.tls_key});
  return http::Server::listen(std::move(options), handler);
}

/// The operator's own listener. Where nobody asked for a port, a taken default gives way to any free one.
Result<std::unique_ptr<http::Server>> listen_for_metrics(ServeSettings const& settings,
                                                         http::Handler& handler) {
  auto try_on = [&](std::string_view address, std::uint16_t port) {
    http::ServerOptions options;
    options.address = address;
    options.port = port;
    options.limits.connections = 64;
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

void log_history(std::string_view text) { http::log_event(http::Severity::warn, "request_history", text); }

/// Everything that serving needs, in the order in which it is made; it goes in the opposite order.
class Installed {
 public:
  static Result<std::unique_ptr<Installed>> open(ServeSettings const& settings) {
    auto directory = DataDirectory::lock(settings.data);
    if (!directory) return fail(std::move(directory.error()));
    bool const is_new = !std::filesystem::exists(directory->database());
    auto key = load_master_key(MasterKeySources::from_environment(directory->path()),
                               is_new ? IfAbsent::make : IfAbsent::refuse);
    if (!key) return fail(std::move(key.error()));
    SqliteStoreOptions options;
    options.log = [](std::string_view text) { http::log_event(http::Severity::error, "store", text); };
    auto store = SqliteStore::open(directory->database(), std::move(options));
    if (!store) return fail(std::move(store.error()));
    auto secrets = std::make_unique<SodiumSecrets>(*key);
    if (auto ok = (*store)->claim_for_master_key(secrets->fingerprint()); !ok)
      return fail(std::move(ok.error()));
    return std::unique_ptr<Installed>(
        new Installed(settings, std::move(*directory), std::move(secrets), std::move(*store)));
  }

  Result<void> listen(ServeSettings const& settings) {
    auto server = linebook::listen(settings, api_);
    if (!server) return fail(std::move(server.error()));
    server_ = std::move(*server);
    metrics_.watch(server_->counters());
    auto metrics_server = listen_for_metrics(settings, metrics_);
    if (!metrics_server) return fail(std::move(metrics_server.error()));
    metrics_server_ = std::move(*metrics_server);
    return operator_server_.start();
  }

  void announce(ServeSettings const& settings) {
    auto const scheme = settings.tls_cert.empty() ? "http" : "https";
    auto const url = url_of(scheme, settings.listen, server_->port());
    auto const metrics_listen = settings.metrics_listen.value_or(std::string(default_metrics_address) + ":0");
    fmt::print("listening on {}\nmetrics on {}/metrics\n", url,
               url_of("http", metrics_listen, metrics_server_->port()));
    http::log_event(http::Severity::info, "started", url);
    if (settings.demo) greet(settings.public_url.empty() ? url : settings.public_url);
    std::fflush(stdout);
  }

  void serve_until_told(sigset_t const& signals) {
    server_->start();
    metrics_server_->start();
    for (int signal = 0; sigwait(&signals, &signal) == 0 && signal == SIGHUP;) reload_tls();
    http::log_event(http::Severity::info, "draining", "finishing what runs, refusing what comes");
    server_->drain(drain_patience);
    operator_server_.stop();
    metrics_server_->drain(std::chrono::seconds(0));
    http::log_event(http::Severity::info, "stopped", "drained");
  }

 private:
  Installed(ServeSettings const& settings, DataDirectory directory, std::unique_ptr<SodiumSecrets> secrets,
            std::unique_ptr<SqliteStore> store)
      : directory_(std::move(directory)),
        policies_{settings.number_policy, std::chrono::days(settings.pool_rest_days)},
        secrets_(std::move(secrets)),
        store_(std::move(store)),
        history_(directory_.requests(), clock_,
                 {.max_bytes = settings.request_history_bytes, .log = log_history}),
        api_({*store_, clock_, ids_, *secrets_, policies_, history_}),
        metrics_(api_, *store_, history_),
        installation_{*store_,
                      clock_,
                      ids_,
                      *secrets_,
                      policies_,
                      *store_,
                      std::filesystem::absolute(directory_.path()),
                      MasterKeySources::from_environment(directory_.path()).place()},
        operator_server_(installation_),
        housekeeping_(
            {*store_, clock_, *secrets_, [this] { return api_.keys().take_uses(); },
             [](std::string_view text) { http::log_event(http::Severity::warn, "housekeeping", text); }}) {}

  void greet(std::string_view url) {
    auto demo = prepare_demo(*store_, clock_, ids_, *secrets_, policies_);
    if (!demo)
      http::log_event(http::Severity::error, "demo", demo.error().message);
    else
      fmt::print("{}", demo_greeting(*demo, url));
  }

  void reload_tls() {
    if (auto ok = server_->reload_tls(); !ok)
      http::log_event(http::Severity::error, "tls", ok.error().message);
    else
      http::log_event(http::Severity::info, "tls", "certificate read again");
  }

  DataDirectory directory_;
  Policies policies_;
  SystemClock clock_;
  UlidIds ids_;
  std::unique_ptr<SodiumSecrets> secrets_;
  std::unique_ptr<SqliteStore> store_;
  SqliteRequestHistory history_;
  http::ApiHandler api_;
  http::MetricsHandler metrics_;
  Installation installation_;
  OperatorServer operator_server_;
  Housekeeping housekeeping_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<http::Server> metrics_server_;
};

int refuse(Error const& error) {
  fmt::print(stderr, "linebook: {}\n", error.message);
  http::stop_log();
  return 1;
}

}  // namespace

int serve(ServeSettings const& settings) {
  if (auto ok = http::start_log(settings.log_level); !ok) return refuse(ok.error());
  auto const signals = block_signals();
  raise_descriptor_limit();
  {
    auto installed = Installed::open(settings);
    if (!installed) return refuse(installed.error());
    if (auto ok = (*installed)->listen(settings); !ok) return refuse(ok.error());
    (*installed)->announce(settings);
    (*installed)->serve_until_told(signals);
  }
  http::stop_log();
  return 0;
}

}  // namespace linebook

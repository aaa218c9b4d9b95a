// `linebook serve`: the settings, and the wiring that turns them into a running service.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/numbers/ten_digits.h"
#include "http/telemetry/log.h"

namespace linebook {

struct ServeSettings {
  std::string data = "./data";
  std::string database;         // "postgres://…", or empty: embedded in `data`
  std::string master_key_file;  // empty: a credential of systemd's, or DIR/master.key
  std::string listen = "127.0.0.1:8080";
  std::optional<std::string> metrics_listen;  // default 127.0.0.1:9464, or any free port where that is taken
  std::string public_url;                     // default: http(s)://<listen>, which no carrier can reach
  std::string twilio_api_url = "https://api.twilio.com";
  std::string twilio_account_sid;  // the operator's own account, which carries pool numbers; both or neither
  std::string twilio_auth_token;
  bool demo = false;
  bool dumpable = false;  // may debuggers and crash dumps see this process's memory?
  unsigned threads = 0;   // I/O threads; 0: one a core
  std::string log_level = "info";
  http::LogFormat log_format = http::LogFormat::json;
  double log_requests = 1;                        // the part that is told of those that did not fail
  std::chrono::milliseconds slow_statement{250};  // statements that take longer are told of; 0: none
  std::string otlp_url;                           // of a collector of traces; empty: there are none
  std::string otlp_headers;                       // a file of headers for it, which may hold secrets
  double otlp_sample = 0.01;                      // of the traces that begin here
  std::vector<std::string> trusted_proxies;       // CIDRs
  std::string tls_cert;
  std::string tls_key;
  std::vector<std::string>
      webhook_allow;       // CIDRs where webhooks and FHIR servers may be beside public addresses
  std::string webhook_ca;  // PEM; empty: the system's
  NumberPolicy number_policy = NumberPolicy::possible;
  bool related_numbers = false;
  std::int64_t pool_rest_days = 30;
  std::uint64_t max_connections = 20'000;
  std::uint64_t request_history_bytes = 1ull << 30;
  std::string backup_dir;  // empty: no backups by themselves
  std::chrono::seconds backup_every = std::chrono::hours(1);
  std::uint64_t backup_keep = 48;
  std::string replica_dir;   // empty: no replica
  bool replica_sync = true;  // a write is acknowledged once it is in the replica, too
  std::chrono::seconds replica_keep = std::chrono::hours(72);
};

/// Serves until SIGTERM or SIGINT, then drains. Exit code: 0 drained, 1 could not start (told on stderr).
int serve(ServeSettings const&);

}  // namespace linebook

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "http/transport/client_address.h"
#include "http/transport/server.h"
#include "linebook/settings.h"
#include "outgoing/address_policy.h"

namespace linebook {
namespace {

using Fault = std::optional<std::string>;

constexpr std::string_view log_levels[] = {"trace", "debug", "info", "warn", "warning", "error", "off"};
constexpr std::string_view log_formats[] = {"json", "text", "journal"};  // as http::LogFormat has them
constexpr std::int64_t max_slow_statement_ms = 3'600'000;
constexpr std::int64_t max_pool_rest_days = 36'500;
constexpr std::uint64_t max_threads = 256;
constexpr std::uint64_t max_connections = 1'000'000;
constexpr std::uint64_t min_history_bytes = 1 << 20;
constexpr std::uint64_t max_backups = 100'000;
constexpr std::chrono::seconds max_time = std::chrono::days(3650);

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string in_quotes_unless_empty(std::string_view text) {
  return text.empty() ? std::string() : in_quotes(text);
}

template <class Number>
Fault number(std::string_view text, Number& into, Number least, Number most) {
  Number value{};
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most)
    return fmt::format("must be a whole number from {} to {}, not '{}'", least, most, text);
  into = value;
  return {};
}

/// Of a whole.
Fault part(std::string_view text, double& into) {
  double value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= 0 && value <= 1))
    return fmt::format("must be a number from 0 to 1, such as 0.01, not '{}'", text);
  into = value;
  return {};
}

Fault flag(std::string_view text, bool& into) {
  if (text != "true" && text != "false" && text != "1" && text != "0")
    return fmt::format("must be true or false, not '{}'", text);
  into = text == "true" || text == "1";
  return {};
}

Fault address(std::string_view text) {
  auto parsed = http::parse_listen_address(text);
  if (parsed) return {};
  return "must be ADDR:PORT, such as 127.0.0.1:8080 or [::1]:8080, not '" + std::string(text) + "'";
}

Fault url(std::string_view text, std::string& into) {
  auto const host = text.find("://");
  bool const known = text.starts_with("http://") || text.starts_with("https://");
  if (!known || host + 3 == text.size() || text.find_first_of(" \"<>?#") != text.npos)
    return fmt::format("must be an http:// or https:// URL, not '{}'", text);
  while (text.ends_with('/')) text.remove_suffix(1);
  into = text;
  return {};
}

std::vector<std::string> items(std::string_view text) {
  std::vector<std::string> list;
  while (!text.empty()) {
    auto const comma = std::min(text.find(','), text.size());
    if (comma > 0) list.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return list;
}

std::string shown_list(std::vector<std::string> const& list) {
  if (list.empty()) return {};
  std::string text = "[";
  for (auto const& item : list) text += (text.size() == 1 ? "" : ", ") + in_quotes(item);
  return text + "]";
}

struct TimeUnit {
  char letter;
  std::int64_t seconds;
};
constexpr TimeUnit time_units[] = {{'d', 86'400}, {'h', 3600}, {'m', 60}, {'s', 1}};

/// 90s, 15m, 1h, 7d
Fault duration(std::string_view text, std::chrono::seconds& into, std::chrono::seconds least,
               std::chrono::seconds most) {
  auto const unit =
      text.empty() ? std::end(time_units) : std::ranges::find(time_units, text.back(), &TimeUnit::letter);
  std::int64_t count = 0;
  if (unit != std::end(time_units) &&
      !number<std::int64_t>(text.substr(0, text.size() - 1), count, 0, most.count() / unit->seconds) &&
      count * unit->seconds >= least.count()) {
    into = std::chrono::seconds(count * unit->seconds);
    return {};
  }
  return fmt::format("must be a time such as 90s, 15m, 1h or 7d, from {}s to {}d, not '{}'", least.count(),
                     most.count() / time_units[0].seconds, text);
}

std::string shown_duration(std::chrono::seconds time) {
  for (auto const& unit : time_units)
    if (time.count() % unit.seconds == 0)
      return in_quotes(fmt::format("{}{}", time.count() / unit.seconds, unit.letter));
  return {};
}

Fault directory(std::string_view text, std::string& into) {
  into = text;
  return text.empty() ? Fault("must name a directory") : Fault();
}

Fault database(std::string_view text, std::string& into) {
  into = text;
  return database_url_fault(text);
}

/// Without the password, which stands between the user's name and the host, or among the parameters.
std::string without_password(std::string_view url) {
  auto const user = url.find("://") + 3;
  auto const user_ends = std::min(url.find_first_of("@/?", user), url.size());
  auto const colon = std::min(url.find(':', user), url.size());
  std::string shown(url);
  if (user_ends < url.size() && url[user_ends] == '@' && colon < user_ends)
    shown = std::string(url.substr(0, colon)) + ":***" + std::string(url.substr(user_ends));
  constexpr std::string_view name = "password=";
  for (auto at = shown.find(name); at != shown.npos; at = shown.find(name, at + 1)) {
    auto const value = at + name.size();
    shown.replace(value, std::min(shown.find('&', value), shown.size()) - value, "***");
  }
  return shown;
}

using S = ServeSettings;
using T = std::string_view;

constexpr Setting settings[] = {
    {"data", SettingKind::text, "DIR", "Data directory: database, master key, socket",
     [](S& s, T t) -> Fault {
       if (t.empty()) return "must name a directory";
       s.data = t;
       return {};
     },
     [](S const& s) { return in_quotes(s.data); }},
    {"database", SettingKind::text, "URL", "PostgreSQL that many nodes share (default: embedded in --data)",
     [](S& s, T t) { return database(t, s.database); },
     [](S const& s) { return s.database.empty() ? std::string() : in_quotes(without_password(s.database)); }},
    {"master-key-file", SettingKind::text, "FILE",
     "The master key, 64 hex digits (default: DATA/master.key, made at first start)",
     [](S& s, T t) -> Fault {
       if (t.empty()) return "must name a file";
       s.master_key_file = t;
       return {};
     },
     [](S const& s) { return in_quotes_unless_empty(s.master_key_file); }},
    {"listen", SettingKind::text, "ADDR:PORT", "Where the API listens; port 0 picks one and says which",
     [](S& s, T t) -> Fault {
       s.listen = t;
       return address(t);
     },
     [](S const& s) { return in_quotes(s.listen); }},
    {"metrics-listen", SettingKind::text, "ADDR:PORT",
     "Where /metrics listens (default 127.0.0.1:9464, or a free port)",
     [](S& s, T t) -> Fault {
       s.metrics_listen = t;
       return address(t);
     },
     [](S const& s) { return in_quotes_unless_empty(s.metrics_listen.value_or("")); }},
    {"public-url", SettingKind::text, "URL", "How clients reach the API (default http://LISTEN)",
     [](S& s, T t) -> Fault { return url(t, s.public_url); },
     [](S const& s) { return in_quotes_unless_empty(s.public_url); }},
    {"twilio-api-url", SettingKind::text, "URL", "Twilio's API; plain http only on this machine",
     [](S& s, T t) -> Fault {
       if (auto fault = url(t, s.twilio_api_url)) return fault;
       if (t.starts_with("https://") || is_loopback_url(t)) return {};
       return "must be https, but for a loopback address: tokens travel on it";
     },
     [](S const& s) { return in_quotes(s.twilio_api_url); }},
    {"twilio-account-sid", SettingKind::text, "SID",
     "The operator's own Twilio account, which carries pool numbers imported with --carrier twilio",
     [](S& s, T t) -> Fault {
       bool const is_sid = t.size() == 34 && t.starts_with("AC") &&
                           t.find_first_not_of("0123456789abcdefABCDEF", 2) == t.npos;
       s.twilio_account_sid = t;
       return is_sid ? Fault() : "must be AC and 32 hexadecimal digits, as Twilio's console shows it";
     },
     [](S const& s) { return in_quotes_unless_empty(s.twilio_account_sid); }},
    {"twilio-auth-token", SettingKind::text, "TOKEN",
     "Its token; better in LINEBOOK_TWILIO_AUTH_TOKEN, where other users do not see it",
     [](S& s, T t) -> Fault {
       if (t.empty()) return "must not be empty";
       s.twilio_auth_token = t;
       return {};
     },
     [](S const& s) { return std::string(s.twilio_auth_token.empty() ? "" : "\"***\""); }},
    {"dumpable", SettingKind::flag, "",
     "Let debuggers and crash dumps see this process's memory, which holds keys and texts",
     [](S& s, T t) { return flag(t, s.dumpable); },
     [](S const& s) { return std::string(s.dumpable ? "true" : "false"); }},
    {"demo", SettingKind::flag, "", "Load demo data at first start, and print a new demo key at every start",
     [](S& s, T t) { return flag(t, s.demo); },
     [](S const& s) { return std::string(s.demo ? "true" : "false"); }},
    {"threads", SettingKind::number, "N", "I/O threads; 0: one for each core",
     [](S& s, T t) -> Fault {
       std::uint64_t value = 0;
       auto fault = number<std::uint64_t>(t, value, 0, max_threads);
       s.threads = static_cast<unsigned>(value);
       return fault;
     },
     [](S const& s) { return std::to_string(s.threads); }},
    {"log-level", SettingKind::text, "LEVEL", "debug, info, warning, error or off",
     [](S& s, T t) -> Fault {
       if (std::ranges::find(log_levels, t) == std::ranges::end(log_levels))
         return "must be one of debug, info, warning, error, off";
       s.log_level = t;
       return {};
     },
     [](S const& s) { return in_quotes(s.log_level); }},
    {"log-format", SettingKind::text, "FORMAT",
     "json, text, or journal: text that begins with journald's priorities",
     [](S& s, T t) -> Fault {
       auto const at = std::ranges::find(log_formats, t);
       if (at == std::ranges::end(log_formats)) return "must be json, text or journal";
       s.log_format = static_cast<http::LogFormat>(at - std::ranges::begin(log_formats));
       return {};
     },
     [](S const& s) { return in_quotes(log_formats[static_cast<std::size_t>(s.log_format)]); }},
    {"log-requests", SettingKind::text, "WHICH",
     "Which requests are logged: all, errors (answers of 5xx), or a part of the others, such as 0.01",
     [](S& s, T t) -> Fault {
       if (t == "all" || t == "errors") {
         s.log_requests = t == "all" ? 1 : 0;
         return {};
       }
       return part(t, s.log_requests) ? Fault("must be all, errors, or a number from 0 to 1, such as 0.01")
                                      : Fault();
     },
     [](S const& s) {
       return in_quotes(s.log_requests == 1   ? "all"
                        : s.log_requests == 0 ? "errors"
                                              : fmt::format("{}", s.log_requests));
     }},
    {"slow-statement-ms", SettingKind::number, "MS",
     "A database statement that takes longer is a warning, by its name; 0: none is",
     [](S& s, T t) -> Fault {
       std::int64_t value = 0;
       auto fault = number<std::int64_t>(t, value, 0, max_slow_statement_ms);
       s.slow_statement = std::chrono::milliseconds(value);
       return fault;
     },
     [](S const& s) { return std::to_string(s.slow_statement.count()); }},
    {"otlp-url", SettingKind::text, "URL",
     "A collector that traces go to, by OTLP over HTTP: http://127.0.0.1:4318 (default: no traces)",
     [](S& s, T t) -> Fault {
       if (t.find('@') != t.npos)
         return "must hold no user or password: headers are given with --otlp-headers";
       return url(t, s.otlp_url);
     },
     [](S const& s) { return in_quotes_unless_empty(s.otlp_url); }},
    {"otlp-headers", SettingKind::text, "FILE",
     "Headers for the collector, 'Name: value' a line, such as its token's",
     [](S& s, T t) -> Fault {
       if (t.empty()) return "must name a file";
       s.otlp_headers = t;
       return {};
     },
     [](S const& s) { return in_quotes_unless_empty(s.otlp_headers); }},
    {"otlp-sample", SettingKind::text, "RATIO",
     "The part of the requests that is traced, where the caller's traceparent has not decided it",
     [](S& s, T t) { return part(t, s.otlp_sample); },
     [](S const& s) { return in_quotes(fmt::format("{}", s.otlp_sample)); }},
    {"trusted-proxy", SettingKind::list, "CIDR",
     "Whose X-Forwarded-* headers are believed; may be given several times",
     [](S& s, T t) -> Fault {
       s.trusted_proxies = items(t);
       auto const proxies = http::TrustedProxies::parse(s.trusted_proxies);
       return proxies ? Fault() : proxies.error().message;
     },
     [](S const& s) { return shown_list(s.trusted_proxies); }},
    {"webhook-allow", SettingKind::list, "CIDR",
     "Networks where webhooks and FHIR servers may be, beside public ones; may be given several times",
     [](S& s, T t) -> Fault {
       s.webhook_allow = items(t);
       auto const policy = AddressPolicy::parse(s.webhook_allow, PlainHttp::refused);
       return policy ? Fault() : policy.error().message;
     },
     [](S const& s) { return shown_list(s.webhook_allow); }},
    {"webhook-ca", SettingKind::text, "FILE",
     "PEM certificates that webhooks and FHIR servers are trusted by (default: the system's)",
     [](S& s, T t) -> Fault {
       if (t.empty()) return "must name a file";
       s.webhook_ca = t;
       return {};
     },
     [](S const& s) { return in_quotes_unless_empty(s.webhook_ca); }},
    {"tls-cert", SettingKind::text, "FILE", "PEM certificate chain; read again on SIGHUP",
     [](S& s, T t) -> Fault {
       if (t.empty()) return "must name a file";
       s.tls_cert = t;
       return {};
     },
     [](S const& s) { return in_quotes_unless_empty(s.tls_cert); }},
    {"tls-key", SettingKind::text, "FILE", "PEM private key",
     [](S& s, T t) -> Fault {
       if (t.empty()) return "must name a file";
       s.tls_key = t;
       return {};
     },
     [](S const& s) { return in_quotes_unless_empty(s.tls_key); }},
    {"number-policy", SettingKind::text, "POLICY",
     "possible: any ten digits; valid: also an assigned area code and a valid exchange",
     [](S& s, T t) -> Fault {
       if (t != "possible" && t != "valid") return "must be possible or valid";
       s.number_policy = t == "valid" ? NumberPolicy::valid : NumberPolicy::possible;
       return {};
     },
     [](S const& s) { return in_quotes(s.number_policy == NumberPolicy::valid ? "valid" : "possible"); }},
    {"related-numbers", SettingKind::flag, "",
     "Imports of FHIR take the numbers of a patient's contacts and related persons too, as further ones",
     [](S& s, T t) { return flag(t, s.related_numbers); },
     [](S const& s) { return std::string(s.related_numbers ? "true" : "false"); }},
    {"pool-rest-days", SettingKind::number, "DAYS",
     "How long a number rests before the pool gives it out again",
     [](S& s, T t) { return number<std::int64_t>(t, s.pool_rest_days, 0, max_pool_rest_days); },
     [](S const& s) { return std::to_string(s.pool_rest_days); }},
    {"max-connections", SettingKind::number, "N", "Connections at a time; one more is told 503",
     [](S& s, T t) { return number<std::uint64_t>(t, s.max_connections, 1, max_connections); },
     [](S const& s) { return std::to_string(s.max_connections); }},
    {"request-history-bytes", SettingKind::number, "BYTES", "Bound of the request history on disk",
     [](S& s, T t) {
       return number<std::uint64_t>(t, s.request_history_bytes, min_history_bytes, std::uint64_t{1} << 50);
     },
     [](S const& s) { return std::to_string(s.request_history_bytes); }},
    {"backup-dir", SettingKind::text, "DIR", "Where backups are made by themselves (embedded database)",
     [](S& s, T t) { return directory(t, s.backup_dir); },
     [](S const& s) { return in_quotes_unless_empty(s.backup_dir); }},
    {"backup-every", SettingKind::text, "TIME", "How often: 15m, 1h, 1d",
     [](S& s, T t) { return duration(t, s.backup_every, std::chrono::seconds(1), max_time); },
     [](S const& s) { return shown_duration(s.backup_every); }},
    {"backup-keep", SettingKind::number, "N", "How many are kept; the oldest go",
     [](S& s, T t) { return number<std::uint64_t>(t, s.backup_keep, 1, max_backups); },
     [](S const& s) { return std::to_string(s.backup_keep); }},
    {"replica-dir", SettingKind::text, "DIR",
     "Where every commit is copied to: on another disk (embedded database)",
     [](S& s, T t) { return directory(t, s.replica_dir); },
     [](S const& s) { return in_quotes_unless_empty(s.replica_dir); }},
    {"replica-sync", SettingKind::text, "on|off",
     "on: a write is acknowledged once it is there too; off: it is there within a second",
     [](S& s, T t) -> Fault {
       if (t != "on" && t != "off") return "must be on or off";
       s.replica_sync = t == "on";
       return {};
     },
     [](S const& s) { return in_quotes(s.replica_sync ? "on" : "off"); }},
    {"replica-keep", SettingKind::text, "TIME", "How far back any second of it can be restored: 72h",
     [](S& s, T t) { return duration(t, s.replica_keep, std::chrono::seconds(1), max_time); },
     [](S const& s) { return shown_duration(s.replica_keep); }},
};

}  // namespace

/// http://127.0.0.1:8081, http://[::1]:8081
bool is_loopback_url(std::string_view url) {
  for (std::string_view host : {"http://127.0.0.1", "http://[::1]", "http://localhost"})
    if (url.starts_with(host) &&
        (url.size() == host.size() || url[host.size()] == ':' || url[host.size()] == '/'))
      return true;
  return false;
}

std::optional<std::string> database_url_fault(std::string_view url) {
  if (url.starts_with("postgres://") || url.starts_with("postgresql://")) return std::nullopt;
  return "must be a URL, postgres://user@host/database; leave it out for the embedded database in --data";
}

std::span<Setting const> all_settings() { return settings; }

}  // namespace linebook

#include "http/telemetry/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace linebook::http {
namespace {

void describe(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

template <class Number>
void single(std::string& out, std::string_view name, std::string_view type, std::string_view help,
            Number value) {
  describe(out, name, type, help);
  fmt::format_to(std::back_inserter(out), "{} {}\n", name, value);
}

void append_store(std::string& out, Store const& store) {
  auto const& c = store.counters();
  single(out, "linebook_store_commits_total", "counter", "Transactions committed.", c.commits.load());
  single(out, "linebook_store_commit_failures_total", "counter", "Transactions that could not be committed.",
         c.commit_failures.load());
  single(out, "linebook_store_jobs_total", "counter", "Write jobs run.", c.jobs.load());
  single(out, "linebook_store_commit_seconds_total", "counter", "Time from begin to durable, summed.",
         static_cast<double>(c.commit_microseconds.load()) / 1e6);
  describe(out, "linebook_store_batch_size", "histogram", "Write jobs in one transaction.");
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < c.batch_bounds.size(); ++i) {
    total += c.batches_by_size[i].load();
    fmt::format_to(std::back_inserter(out), "linebook_store_batch_size_bucket{{le=\"{}\"}} {}\n",
                   c.batch_bounds[i], total);
  }
  total += c.batches_by_size.back().load();
  fmt::format_to(std::back_inserter(out),
                 "linebook_store_batch_size_bucket{{le=\"+Inf\"}} {}\nlinebook_store_batch_size_sum {}\n"
                 "linebook_store_batch_size_count {}\n",
                 total, c.jobs.load(), total);
  single(out, "linebook_store_write_queue_depth", "gauge", "Write jobs that wait.",
         c.write_queue_depth.load());
  single(out, "linebook_store_read_queue_depth", "gauge", "Long reads that wait.", c.read_queue_depth.load());
  single(out, "linebook_ledger_sequence", "gauge", "Ledger entries of all accounts.",
         c.ledger_entries.load());
  single(out, "linebook_store_ready", "gauge", "1 while reads and writes work.", store.trouble() ? 0 : 1);
}

void append_backups(std::string& out, BackupsReport const& r, Instant now) {
  if (r.last) {
    single(out, "linebook_backup_age_seconds", "gauge", "Since the newest whole backup was begun.",
           (now - *r.last).count() / 1000);
    single(out, "linebook_backup_bytes", "gauge", "Of the newest whole backup.", r.last_bytes);
  }
  single(out, "linebook_backups_kept", "gauge", "Whole backups in the directory.", r.kept);
  single(out, "linebook_backups_total", "counter", "Backups made and verified.", r.made);
  single(out, "linebook_backup_failures_total", "counter", "Backups that could not be made.", r.failures);
  single(out, "linebook_backup_failing", "gauge", "1 while the last attempt failed.", r.trouble ? 1 : 0);
}

void append_replica(std::string& out, ReplicaReport const& r) {
  single(out, "linebook_replica_following", "gauge", "1 while every commit is copied.", r.trouble ? 0 : 1);
  single(out, "linebook_replica_sync", "gauge", "1 where writes are acknowledged once they are copied.",
         r.is_sync ? 1 : 0);
  single(out, "linebook_replica_lag_seconds", "gauge", "Age of the oldest commit that is not copied.",
         static_cast<double>(r.lag_milliseconds) / 1e3);
  single(out, "linebook_replica_lag_commits", "gauge", "Commits that are not copied.", r.lag_commits);
  single(out, "linebook_replica_lag_bytes", "gauge", "Of commits that wait to be copied.", r.queued_bytes);
  single(out, "linebook_replica_commits_total", "counter", "Commits copied.", r.commits);
  single(out, "linebook_replica_bytes_total", "counter", "Bytes written to the replica.", r.bytes);
  single(out, "linebook_replica_failures_total", "counter", "Times that copying stopped.", r.failures);
}

double in_seconds(std::uint64_t microseconds) { return static_cast<double>(microseconds) / 1e6; }

void append_database(std::string& out, DatabaseReport const& r) {
  single(out, "linebook_database_schema_version", "gauge", "Of the database's schema.", r.schema_version);
  single(out, "linebook_database_connections_limit", "gauge", "Connections that this node opens at most.",
         r.connections);
  single(out, "linebook_database_connections_in_use", "gauge", "Connections at work now.",
         r.connections_in_use);
  single(out, "linebook_database_connections_opened_total", "counter", "Connections opened.",
         r.connections_opened);
  single(out, "linebook_database_connection_failures_total", "counter",
         "Connections that could not be opened, or broke.", r.connection_failures);
  single(out, "linebook_database_pool_waits_total", "counter", "Reads that waited for a connection.",
         r.pool_waits);
  single(out, "linebook_database_pool_wait_seconds_total", "counter", "How long they waited, summed.",
         in_seconds(r.pool_wait_microseconds));
  single(out, "linebook_database_round_trips_total", "counter", "Pipelines sent whose results were awaited.",
         r.round_trips);
  single(out, "linebook_database_retries_total", "counter", "Batches that were run again.", r.retries);
  single(out, "linebook_database_jobs_run_apart_total", "counter",
         "Write jobs run in a transaction of their own, since their batch did not go together.",
         r.jobs_run_apart);
  single(out, "linebook_database_commits_looked_up_total", "counter",
         "Commits whose answer was lost, and that were found out by their marker.", r.commits_looked_up);
  describe(out, "linebook_database_statements_total", "counter", "Statements run, by name.");
  for (auto const& s : r.statements)
    fmt::format_to(std::back_inserter(out), "linebook_database_statements_total{{statement=\"{}\"}} {}\n",
                   s.name, s.calls);
  describe(out, "linebook_database_statement_seconds_total", "counter",
           "Time from sending to result, by name, summed.");
  for (auto const& s : r.statements)
    fmt::format_to(std::back_inserter(out),
                   "linebook_database_statement_seconds_total{{statement=\"{}\"}} {}\n", s.name,
                   in_seconds(s.microseconds));
}

/// The date as the day's beginning, in UTC.
std::int64_t seconds_of(std::string const& date) {
  auto const at = parse_rfc3339(date + "T00:00:00Z");
  return at ? at->seconds() : 0;
}

/// Few lists can be: the national one, and a state's two letters each.
void append_lists(std::string& out, DoNotCallLists const& lists) {
  auto const loaded = lists.loaded();
  auto gauge = [&](char const* name, char const* says, auto value) {
    describe(out, name, "gauge", says);
    for (auto const& list : loaded)
      fmt::format_to(std::back_inserter(out), "{}{{list=\"{}\"}} {}\n", name, list.name, value(list));
  };
  gauge("linebook_do_not_call_numbers", "Numbers of a do-not-call list.",
        [](DoNotCallList const& list) { return list.numbers; });
  gauge("linebook_do_not_call_as_of_seconds", "The day whose registry a do-not-call list holds, Unix time.",
        [](DoNotCallList const& list) { return seconds_of(list.as_of); });
  gauge("linebook_do_not_call_version", "Which version of a do-not-call list this node uses.",
        [](DoNotCallList const& list) { return list.version; });
  single(out, "linebook_do_not_call_damaged", "gauge", "Files of do-not-call lists that cannot be used.",
         lists.troubles().size());
}

void append_events(std::string& out, EventCounters const& c) {
  single(out, "linebook_event_streams_open", "gauge", "Streams of events open now.", c.streams_open.load());
  single(out, "linebook_event_long_polls", "gauge", "Requests that wait for an event now.",
         c.long_polls.load());
  single(out, "linebook_events_streamed_total", "counter", "Events sent to streams.",
         c.events_streamed.load());
  single(out, "linebook_event_streams_too_slow_total", "counter",
         "Streams ended because their clients read too slowly.", c.streams_too_slow.load());
  single(out, "linebook_ledger_entries_followed_total", "counter",
         "Ledger entries read for those who listen.", c.entries_followed.load());
  single(out, "linebook_webhooks_served", "gauge", "Webhooks that this node delivers to.", c.webhooks.load());
  single(out, "linebook_webhook_requests_in_flight", "gauge", "Webhook requests on their way now.",
         c.webhook_requests.load());
  single(out, "linebook_webhook_deliveries_total", "counter", "Events delivered to webhooks.",
         c.webhook_deliveries.load());
  single(out, "linebook_webhook_attempts_failed_total", "counter", "Webhook requests that failed.",
         c.webhook_failures.load());
  single(out, "linebook_webhooks_disabled_total", "counter", "Webhooks that were disabled by their failures.",
         c.webhooks_disabled.load());
}

}  // namespace

RequestMetrics::RequestMetrics(std::vector<std::string> routes) : routes_(std::move(routes)) {
  routes_.emplace_back("unmatched");
}

RequestMetrics::Shard& RequestMetrics::shard() {
  struct Mine {
    std::uint64_t owner = 0;
    Shard* shard = nullptr;
  };
  thread_local Mine mine;
  if (mine.owner != serial_) {
    std::lock_guard lock(mutex_);
    mine = {serial_, shards_.emplace_back(std::make_unique<Shard>(routes_.size())).get()};
  }
  return *mine.shard;
}

void RequestMetrics::count(std::size_t route, int status, std::chrono::steady_clock::duration took) {
  auto& counts = shard()[route];
  auto const* known = std::ranges::find(statuses, status);
  auto const slot =
      known == statuses.end() ? other_status : static_cast<std::size_t>(known - statuses.begin());
  auto const us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  auto const bucket = static_cast<std::size_t>(std::ranges::lower_bound(bounds, us) - bounds.begin());
  counts.by_status[slot].fetch_add(1, std::memory_order_relaxed);
  counts.by_latency[bucket].fetch_add(1, std::memory_order_relaxed);
  counts.microseconds.fetch_add(static_cast<std::uint64_t>(us), std::memory_order_relaxed);
}

void RequestMetrics::append_text(std::string& out) const {
  using namespace std::chrono;
  single(out, "process_start_time_seconds", "gauge", "When this process started, Unix time.",
         duration_cast<seconds>(started_.time_since_epoch()).count());
  std::lock_guard lock(mutex_);
  auto sum = [this](auto pick) {
    std::uint64_t total = 0;
    for (auto const& s : shards_) total += pick(*s).load(std::memory_order_relaxed);
    return total;
  };
  describe(out, "linebook_http_requests_total", "counter", "Requests answered, by route and status.");
  for (std::size_t r = 0; r < routes_.size(); ++r) {
    for (std::size_t s = 0; s < statuses.size(); ++s) {
      auto const n = sum([&](Shard& shard) -> auto& { return shard[r].by_status[s]; });
      if (n == 0) continue;
      auto const status = statuses[s] == 0 ? std::string("other") : std::to_string(statuses[s]);
      fmt::format_to(std::back_inserter(out),
                     "linebook_http_requests_total{{route=\"{}\",status=\"{}\"}} {}\n", routes_[r], status,
                     n);
    }
  }
  describe(out, "linebook_http_request_duration_seconds", "histogram",
           "From first byte to answer, by route.");
  for (std::size_t r = 0; r < routes_.size(); ++r) {
    std::string lines;
    std::uint64_t total = 0;
    for (std::size_t b = 0; b <= bounds.size(); ++b) {
      total += sum([&](Shard& shard) -> auto& { return shard[r].by_latency[b]; });
      auto const le = b < bounds.size() ? fmt::format("{}", static_cast<double>(bounds[b]) / 1e6) : "+Inf";
      fmt::format_to(std::back_inserter(lines),
                     "linebook_http_request_duration_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n",
                     routes_[r], le, total);
    }
    if (total == 0) continue;
    auto const us = sum([&](Shard& shard) -> auto& { return shard[r].microseconds; });
    fmt::format_to(std::back_inserter(out),
                   "{}linebook_http_request_duration_seconds_sum{{route=\"{}\"}} {}\n"
                   "linebook_http_request_duration_seconds_count{{route=\"{}\"}} {}\n",
                   lines, routes_[r], static_cast<double>(us) / 1e6, routes_[r], total);
  }
}

std::string metrics_text(RequestMetrics const& requests, KeyCounters const& keys, Store const& store,
                         ServerCounters const& server, RequestHistory const& history,
                         DoNotCallLists const& do_not_call_lists, EventCounters const& events,
                         TraceCounters const& traces, NodeDisk const& disk, Safekeeping const& safekeeping,
                         Instant now, DatabaseServer const* database) {
  std::string out;
  requests.append_text(out);
  single(out, "linebook_keys_known", "gauge", "API keys in this node's memory.", keys.known.load());
  single(out, "linebook_key_look_ups_total", "counter", "Tokens looked up in the store.",
         keys.look_ups.load());
  single(out, "linebook_key_look_ups_refused_total", "counter",
         "Tokens that were not looked up, since too many were.", keys.look_ups_refused.load());
  append_store(out, store);
  append_lists(out, do_not_call_lists);
  append_events(out, events);
  if (auto const report = safekeeping.backups()) append_backups(out, *report, now);
  if (auto const report = safekeeping.replica()) append_replica(out, *report);
  if (auto const report = disk.report()) {
    single(out, "linebook_disk_bytes", "gauge", "Of the disk that the data directory lies on.",
           report->bytes);
    single(out, "linebook_disk_free_bytes", "gauge", "What may still be written there.", report->free_bytes);
  }
  single(out, "linebook_trace_spans_exported_total", "counter", "Spans that the collector has taken.",
         traces.exported.load());
  single(out, "linebook_trace_spans_dropped_total", "counter",
         "Spans dropped, since too many waited or the collector would not have them.", traces.dropped.load());
  single(out, "linebook_trace_export_failures_total", "counter", "Requests to the collector that failed.",
         traces.failures.load());
  single(out, "linebook_trace_spans_waiting", "gauge", "Spans that wait for the collector.",
         traces.waiting.load());
  if (database != nullptr) append_database(out, database->report());
  single(out, "linebook_http_connections_open", "gauge", "Connections open now.",
         server.connections_open.load());
  single(out, "linebook_http_connections_total", "counter", "Connections accepted.",
         server.connections_accepted.load());
  single(out, "linebook_http_connections_refused_total", "counter", "Connections refused at the limit.",
         server.connections_refused.load());
  single(out, "linebook_request_history_dropped_total", "counter",
         "Requests that the history could not keep.", history.dropped());
  return out;
}

}  // namespace linebook::http

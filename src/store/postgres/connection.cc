#include "store/postgres/connection.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace linebook::postgres {
namespace {

constexpr std::chrono::milliseconds look_up_interval{100};  // how often patience is asked for while waiting

// What libpq is told unless the address says otherwise. A host that does not answer is left within seconds.
constexpr std::array<std::pair<char const*, char const*>, 8> connection_defaults{{
    {"connect_timeout", "3"},
    {"keepalives_idle", "2"},
    {"keepalives_interval", "1"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "5000"},
    {"application_name", "linebook"},
    {"target_session_attrs", "read-write"},
    {"client_encoding", "UTF8"},
}};

constexpr Statement roll_back_transaction{"roll_back_transaction", "ROLLBACK"};

StatementRefused::Why meaning_of(std::string_view sqlstate) {
  using Why = StatementRefused::Why;
  if (sqlstate == "40001" || sqlstate == "40P01" || sqlstate == "55P03") return Why::conflict;
  if (sqlstate.starts_with("23")) return Why::constraint;
  if (sqlstate == "57014") return Why::took_too_long;
  if (sqlstate.starts_with("53") || sqlstate.starts_with("58")) return Why::no_resources;
  return Why::bug;
}

/// A server that goes on, but could not reach one that it depends on.
bool misses_another(std::string_view severity, std::string_view sqlstate) {
  return severity == "ERROR" && (sqlstate.starts_with("08") || sqlstate.starts_with("57P"));
}

/// The server ends, is in recovery, or was demoted: another connection may find a better one.
bool ends_connection(std::string_view sqlstate) {
  return sqlstate.empty() || sqlstate.starts_with("08") || sqlstate.starts_with("57P") ||
         sqlstate == "25006" || sqlstate == "25P03" || sqlstate == "53300";
}

std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::ranges::replace(text, '\n', ' ');
  return text;
}

}  // namespace

Connection::Connection(ConnectionSettings const& settings, SessionBounds const& bounds,
                       StatementCounts& statements, PostgresCounters& counters)
    : bounds_(bounds), statements_(statements), counters_(counters), place_(settings.place()) {
  std::vector<char const*> names, values;
  for (auto const& [name, value] : connection_defaults) {
    names.push_back(name);
    values.push_back(value);
  }
  names.insert(names.end(), {"dbname", nullptr});
  values.insert(values.end(), {settings.url().c_str(), nullptr});
  handle_ = PQconnectdbParams(names.data(), values.data(), 1);
  try {
    if (PQstatus(handle_) != CONNECTION_OK) lose(last_words());
    set_up();
  } catch (...) {
    PQfinish(handle_);
    throw;
  }
  counters_.connections_opened.fetch_add(1, std::memory_order_relaxed);
}

Connection::~Connection() { PQfinish(handle_); }

/// Every statement names its rows by an index that begins with them: plans are made once, and never by what
/// the statistics of a young table suggest. Citus plans by the account, which only the values tell; one
/// connection to each worker keeps the statements of a transaction in order and in one snapshot there.
void Connection::set_up() {
  auto const settings = fmt::format(
      "SET plan_cache_mode = force_generic_plan; SELECT set_config(name, value, false) FROM (VALUES "
      "('plan_cache_mode', 'auto'),"
      " ('citus.max_adaptive_executor_pool_size', '1'), ('citus.multi_shard_modify_mode', 'sequential'),"
      " ('citus.node_connection_timeout', '3s')) AS s (name, value)"
      " WHERE EXISTS (SELECT 1 FROM pg_catalog.pg_extension WHERE extname = 'citus');"
      " SET jit = off; SET enable_seqscan = off;"
      " SET enable_bitmapscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;"
      " SET statement_timeout = {}; SET lock_timeout = {}; SET idle_in_transaction_session_timeout = {};"
      " SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_walfile_name(pg_current_wal_lsn()) END",
      bounds_.statement.count(), bounds_.lock.count(), bounds_.idle.count());
  PQsetNoticeReceiver(
      handle_,
      [](void* self, PGresult const* notice) { static_cast<Connection*>(self)->take_notice(notice); }, this);
  Rows const done(PQexec(handle_, settings.c_str()));
  bool const ready = PQresultStatus(done.result()) == PGRES_TUPLES_OK && PQsetnonblocking(handle_, 1) == 0 &&
                     PQenterPipelineMode(handle_) == 1;
  if (!ready) lose(last_words());
  meet_timeline(done[0].bytes(0));
}

/// A primary that stood still while another took its place says that it takes writes until it is told, and
/// would answer reads with what was.
void Connection::meet_timeline(std::string_view wal_file) {
  constexpr std::size_t digits = 8;  // of the timeline, at the beginning of the name
  std::from_chars(wal_file.data(), wal_file.data() + std::min(digits, wal_file.size()), timeline_, 16);
  auto newest = counters_.newest_timeline.load();
  while (newest < timeline_ && !counters_.newest_timeline.compare_exchange_weak(newest, timeline_)) {
  }
  if (!is_deposed()) return;
  lose("another server has taken over from this one");
}

std::string Connection::last_words() const { return one_line(PQerrorMessage(handle_)); }

void Connection::lose(std::string const& why) {
  broken_ = true;
  pending_.clear();
  failure_.reset();
  counters_.connection_failures.fetch_add(1, std::memory_order_relaxed);
  throw ConnectionLost(fmt::format("the database {}: {}", place_, why));
}

// -- Sending ------------------------------------------------------------------------------------------------

void Connection::prepare(Statement const& statement, Known& known, Parameters const& parameters) {
  if (PQsendPrepare(handle_, statement.name, statement.sql, parameters.count(), parameters.types()) != 1)
    lose(last_words());
  known.preparation = Preparation::under_way;
  pending_.push_back({Pending::Kind::preparation, &statement, &known, nullptr});
}

void Connection::queue(Request request) {
  if (broken_) lose("the connection broke before");
  auto& known = known_[request.statement];
  if (known.count == nullptr) known.count = &statements_.of(*request.statement);
  if (known.preparation == Preparation::absent) prepare(*request.statement, known, request.parameters);
  boost::container::small_vector<char const*, 12> values;
  boost::container::small_vector<int, 12> sizes, formats;
  for (auto const place : request.parameters.places()) {
    values.push_back(place.size < 0 ? nullptr : request.parameters.bytes() + place.begin);
    sizes.push_back(place.size);
    formats.push_back(1);
  }
  if (PQsendQueryPrepared(handle_, request.statement->name, request.parameters.count(), values.data(),
                          sizes.data(), formats.data(), 1) != 1)
    lose(last_words());
  pending_.push_back({Pending::Kind::statement, request.statement, &known, std::move(request.answer),
                      std::move(request.span)});
}

void Connection::mark_end_of_transaction() {
  if (PQpipelineSync(handle_) != 1) lose(last_words());
  pending_.push_back({Pending::Kind::sync, nullptr, nullptr, nullptr});
}

void Connection::send_on() {
  mark_end_of_transaction();
  if (PQflush(handle_) < 0) lose(last_words());
}

void Connection::exchange(Then then) {
  if (then == Then::ends) mark_end_of_transaction();
  if (pending_.empty()) return;
  if (then == Then::goes_on && PQsendFlushRequest(handle_) != 1) lose(last_words());
  counters_.round_trips.fetch_add(1, std::memory_order_relaxed);
  drain();
  if (warning_) lose(*std::exchange(warning_, std::nullopt));
  if (!failure_) return;
  if (then == Then::goes_on) {  // the server passes over everything up to here
    mark_end_of_transaction();
    drain();
  }
  auto failure = std::exchange(failure_, std::nullopt);
  roll_back();
  failure_ = std::move(failure);
  throw_failure();
}

void Connection::roll_back() {
  queue(roll_back_transaction);
  mark_end_of_transaction();
  drain();
  if (failure_) throw_failure();
}

void Connection::run_script(std::string const& sql) {
  if (PQexitPipelineMode(handle_) != 1 || PQsetnonblocking(handle_, 0) != 0) lose(last_words());
  Rows const done(PQexec(handle_, sql.c_str()));
  auto const status = PQresultStatus(done.result());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    take_failure(done.result(), {Pending::Kind::statement, nullptr, nullptr, nullptr});
    PQclear(PQexec(handle_, "ROLLBACK"));
  }
  if (PQsetnonblocking(handle_, 1) != 0 || PQenterPipelineMode(handle_) != 1) lose(last_words());
  if (failure_) throw_failure();
}

bool Connection::is_alive() {
  if (broken_ || !pending_.empty()) return !broken_;
  pollfd socket{.fd = PQsocket(handle_), .events = POLLIN, .revents = 0};
  // An idle server says nothing but farewell; what else it may tell is read with the next answers.
  if (::poll(&socket, 1, 0) <= 0) return true;
  return PQconsumeInput(handle_) == 1 && PQstatus(handle_) == CONNECTION_OK && ::poll(&socket, 1, 0) == 0;
}

std::vector<std::string> Connection::take_notifications() {
  if (PQconsumeInput(handle_) != 1) lose(last_words());
  std::vector<std::string> told;
  while (std::unique_ptr<PGnotify, decltype(&PQfreemem)> const notification{PQnotifies(handle_), &PQfreemem})
    if (notification->be_pid != PQbackendPID(handle_)) told.emplace_back(notification->extra);
  return told;
}

// -- Answers ------------------------------------------------------------------------------------------------

void Connection::drain() {
  last_heard_ = std::chrono::steady_clock::now();
  while (!pending_.empty()) {
    int const unsent = PQflush(handle_);
    if (unsent < 0) lose(last_words());
    take_answers();
    if (!pending_.empty()) wait_for_server(unsent > 0);
  }
}

void Connection::wait_for_server(bool unsent) {
  pollfd socket{.fd = PQsocket(handle_), .events = POLLIN, .revents = 0};
  if (unsent) socket.events |= POLLOUT;
  int const ready = ::poll(&socket, 1, static_cast<int>(look_up_interval.count()));
  if (ready < 0 && errno != EINTR) lose(std::strerror(errno));
  if (ready <= 0) {
    if (check_patience_) {
      broken_ = true;  // for good where this throws
      check_patience_();
      broken_ = false;
    }
    if (std::chrono::steady_clock::now() - last_heard_ > bounds_.silence)
      lose(fmt::format("no answer for {} s",
                       std::chrono::duration_cast<std::chrono::seconds>(bounds_.silence).count()));
    return;
  }
  if ((socket.revents & (POLLIN | POLLERR | POLLHUP)) != 0 && PQconsumeInput(handle_) != 1)
    lose(last_words());
}

void Connection::take_answers() {
  while (!pending_.empty() && PQisBusy(handle_) == 0) {
    auto* const result = PQgetResult(handle_);
    if (result == nullptr) {  // between two statements' answers
      if (PQstatus(handle_) != CONNECTION_OK) lose(last_words());
      continue;
    }
    take_result(Rows(result), PQresultStatus(result));
  }
  count_arrived();
}

/// The server keeps answers back until a buffer is full or nothing more is asked: what arrives together has
/// taken its time together.
void Connection::count_arrived() {
  if (arrived_.empty()) return;
  auto const now = std::chrono::steady_clock::now();
  statements_.add(arrived_, now - std::exchange(last_heard_, now));
  arrived_.clear();
}

void Connection::take_result(Rows rows, ExecStatusType status) {
  auto pending = std::move(pending_.front());
  pending_.pop_front();
  bool const fine = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_PIPELINE_SYNC;
  if (pending.kind == Pending::Kind::preparation)
    pending.known->preparation = fine ? Preparation::ready : Preparation::absent;
  if (!fine) {
    pending.span.fail();
    if (status != PGRES_PIPELINE_ABORTED && !failure_) take_failure(rows.result(), pending);
    return;
  }
  if (pending.kind == Pending::Kind::statement)
    arrived_.emplace_back(pending.statement, pending.known->count);
  if (pending.answer) *pending.answer = {true, std::move(rows)};
}

/// A commit whose wait for its standby was cut short (by statement_timeout, or an administrator) is reported
/// as done, with a warning: "committed locally, but might not have been replicated". Then nothing is certain.
void Connection::take_notice(PGresult const* notice) {
  char const* const sqlstate = PQresultErrorField(notice, PG_DIAG_SQLSTATE);
  std::string_view const state = sqlstate == nullptr ? "" : sqlstate;
  if (state != "01000" && !state.starts_with("57")) return;
  char const* const message = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
  warning_ = message == nullptr ? "a warning" : message;
}

void Connection::take_failure(PGresult const* result, Pending const& pending) {
  auto const field = [&](int code) {
    char const* const text = PQresultErrorField(result, code);
    return std::string(text == nullptr ? "" : text);
  };
  // The message's detail would tell values.
  auto const message = field(PG_DIAG_MESSAGE_PRIMARY);
  auto const sqlstate = field(PG_DIAG_SQLSTATE);
  bool const part_away = misses_another(field(PG_DIAG_SEVERITY_NONLOCALIZED), sqlstate);
  failure_ = Failure{sqlstate, part_away,
                     fmt::format("{}: {}", pending.statement == nullptr ? "script" : pending.statement->name,
                                 message.empty() ? last_words() : message)};
  if (!part_away && ends_connection(failure_->sqlstate)) {
    auto const why = failure_->what;
    lose(why);
  }
}

void Connection::throw_failure() {
  auto const failure = *std::exchange(failure_, std::nullopt);
  using Why = StatementRefused::Why;
  throw StatementRefused(failure.part_away ? Why::part_away : meaning_of(failure.sqlstate),
                         fmt::format("{} ({})", failure.what, failure.sqlstate));
}

}  // namespace linebook::postgres

#include "store/postgres/watch.h"

#include "store/postgres/commit_markers.h"
#include "store/postgres/statistics.h"

namespace linebook::postgres {
namespace {

constexpr Statement keys_generation_now{
    "keys_generation_now", "SELECT value::bigint FROM installation WHERE name = 'keys_generation'"};
constexpr Statement write_probe{"write_probe",
                                "INSERT INTO installation AS i (name, value) VALUES ('write_probe', '1')"
                                " ON CONFLICT (name) DO UPDATE SET value = (i.value::bigint + 1)::text"};

}  // namespace

void raise_to(std::atomic<std::uint64_t>& generation, std::int64_t seen) {
  auto const next = static_cast<std::uint64_t>(seen);
  auto known = generation.load(std::memory_order_relaxed);
  while (known < next && !generation.compare_exchange_weak(known, next, std::memory_order_release)) {
  }
}

std::int64_t read_keys_generation(Connection& db) { return db.run(keys_generation_now).number(); }

Watch::Watch(Endpoint const& endpoint, std::atomic<std::uint64_t>& keys_generation, Trouble& trouble)
    : keys_generation_(keys_generation),
      trouble_(trouble),
      endpoint_(endpoint),
      next_statistics_(std::chrono::steady_clock::now() + statistics_interval),
      next_tidying_(std::chrono::steady_clock::now() + tidying_interval),
      thread_([this] { run(); }) {}

Watch::~Watch() { stop(); }

void Watch::stop() {
  {
    std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  stops_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Watch::run() {
  Link link(endpoint_, reading_bounds);
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      if (stops_.wait_for(lock, interval, [this] { return stopping_; })) return;
    }
    try {
      look(link);
    } catch (ConnectionLost const& lost) {
      link.drop();
      trouble_.set(lost.what());
    } catch (std::exception const& e) {
      trouble_.set(e.what());
    }
  }
}

void Watch::look(Link& link) {
  auto& db = link.open();
  raise_to(keys_generation_, read_keys_generation(db));
  if (trouble_.what()) {
    db.run(write_probe);
    trouble_.clear();
  }
  auto const now = std::chrono::steady_clock::now();
  if (now >= next_tidying_) {
    next_tidying_ = now + tidying_interval;
    CommitMarkers::forget_old(db);
  }
  if (now >= next_statistics_) next_statistics_ = now + look_at_statistics(db);
}

/// How long until the next look. Where the server refuses it is well all the same, and left to its
/// autovacuum.
std::chrono::seconds Watch::look_at_statistics(Connection& db) {
  try {
    refresh_statistics(db);
    return statistics_interval;
  } catch (StatementRefused const&) {
    return tidying_interval;
  }
}

}  // namespace linebook::postgres

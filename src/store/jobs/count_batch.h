// How the batches of a writer show in its store's counters.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "app/ports/store.h"

namespace linebook {

/// A batch of `jobs` that was committed, `took` from its beginning until it was durable.
inline void count_batch(StoreCounters& counters, std::size_t jobs, std::chrono::steady_clock::duration took) {
  auto const& bounds = StoreCounters::batch_bounds;
  auto const bucket = std::ranges::lower_bound(bounds, static_cast<std::int64_t>(jobs)) - bounds.begin();
  counters.batches_by_size[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  counters.commits.fetch_add(1, std::memory_order_relaxed);
  counters.jobs.fetch_add(jobs, std::memory_order_relaxed);
  auto const microseconds = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  counters.commit_microseconds.fetch_add(static_cast<std::uint64_t>(microseconds), std::memory_order_relaxed);
}

}  // namespace linebook

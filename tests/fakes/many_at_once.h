// Many callers at once: threads that start together, and writes whose callers do not wait.
#pragma once

#include <future>
#include <latch>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "app/ports/store.h"

namespace linebook::fakes {

/// Runs `work(i)` on as many threads at once.
template <class Work>
void at_once(int threads, Work work) {
  std::latch start(threads);
  std::vector<std::thread> all;
  for (int i = 0; i < threads; ++i)
    all.emplace_back([&, i] {
      start.arrive_and_wait();
      work(i);
    });
  for (auto& thread : all) thread.join();
}

/// What a job's done() is told.
using Outcome = std::future<std::optional<Error>>;

/// Hands `work(Transaction&)` over without waiting.
template <class Work>
Outcome hand_over(Store& store, Work work) {
  struct Job final : WriteJob {
    explicit Job(Work w) : work(std::move(w)) {}
    void run(Transaction& tx) override { work(tx); }
    void done(std::optional<Error> error) override { answered.set_value(std::move(error)); }
    Work work;
    std::promise<std::optional<Error>> answered;
  };
  auto job = std::make_unique<Job>(std::move(work));
  auto outcome = job->answered.get_future();
  store.write(std::move(job));
  return outcome;
}

}  // namespace linebook::fakes

// A store's jobs for callers that may wait: the command line, background work and tests.
#pragma once

#include <future>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "app/ports/store.h"

namespace linebook {

/// Runs `work(Transaction&)` as one write job and waits until it is durable. `work` returns a Result<T>;
/// where the store could not commit, that error comes back instead. Not on an I/O thread.
template <class Work>
auto write_and_wait(Store& store, Work work) {
  using R = std::invoke_result_t<Work&, Transaction&>;
  struct Job final : WriteJob {
    explicit Job(Work w) : work(std::move(w)) {}
    void run(Transaction& tx) override { outcome.emplace(work(tx)); }
    void done(std::optional<Error> error) override {
      if (error) outcome.emplace(fail(std::move(*error)));
      promise.set_value(std::move(*outcome));
    }
    Work work;
    std::optional<R> outcome;
    std::promise<R> promise;
  };
  auto job = std::make_unique<Job>(std::move(work));
  auto future = job->promise.get_future();
  store.write(std::move(job));
  return future.get();
}

/// The same for a read, of any length unless `cost` says less. `work(Transaction const&)` returns a
/// Result<T>.
template <class Work>
auto read_and_wait(Store& store, Work work, ReadCost cost = ReadCost::long_walk) {
  using R = std::invoke_result_t<Work&, Transaction const&>;
  struct Job final : ReadJob {
    explicit Job(Work w) : work(std::move(w)) {}
    void run(Transaction const& tx) override { outcome.emplace(work(tx)); }
    void done(std::optional<Error> error) override {
      if (error) outcome.emplace(fail(std::move(*error)));
      promise.set_value(std::move(*outcome));
    }
    Work work;
    std::optional<R> outcome;
    std::promise<R> promise;
  };
  auto job = std::make_unique<Job>(std::move(work));
  auto future = job->promise.get_future();
  store.read(cost, std::move(job));
  return future.get();
}

}  // namespace linebook

// Runs the plans that endpoints make where they belong: on the spot, in a reader, in the writer, or in the
// writer before and after a carrier had its say.
#pragma once

#include "http/serving/api_exchange.h"
#include "http/serving/endpoint.h"
#include "http/serving/idempotent_write.h"
#include "http/transport/exchange.h"

namespace linebook::http {

/// Outlived by its environment; outlives every plan that it runs. Any thread.
class PlanRunner {
 public:
  explicit PlanRunner(Environment const& env) : env_(env) {}

  /// Replies once, at once or from one of the store's threads. A write's reply comes after it is durable.
  /// Request and exchange live until then.
  void run(Request const&, ApiExchange const&, Plan, Reply);

 private:
  Result<std::optional<IdempotentRequest>> claim(Request const&, ApiExchange const&);
  /// Hands a job over that keeps the promise of the request's Idempotency-Key, where it has one.
  template <class Job, class Work>
  void write(Request const&, ApiExchange const&, Work, Reply);

  Environment const& env_;
  RunningKeys running_keys_;
};

}  // namespace linebook::http

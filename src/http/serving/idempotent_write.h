// The write jobs of requests: the use case, and around it, in the same transaction, the promise of an
// Idempotency-Key: the first answer of an executed request is kept and told again.
#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "app/ports/idempotency.h"
#include "http/serving/answering.h"
#include "http/serving/api_exchange.h"
#include "http/serving/endpoint.h"
#include "http/transport/exchange.h"

namespace linebook::http {

/// What came with the request, where it had a key.
struct IdempotentRequest {
  IdempotencySlot slot;
  std::string body_hash;
};

/// Requests with a key that run on this node right now. Any thread.
class RunningKeys {
 public:
  /// The request's Idempotency-Key, if it has one, kept from others until it is released. invalid_parameter
  /// where it is none, idempotency_in_progress while another request has it.
  Result<std::optional<IdempotentRequest>> claim(Request const&, ApiExchange const&, Secrets const&);
  void release(std::optional<IdempotentRequest> const&);

 private:
  std::mutex mutex_;
  std::set<IdempotencySlot> running_;
};

/// Runs `work`, or replays what an earlier request with the same key was told.
Rendered run_idempotently(Transaction&, Context const&, std::optional<IdempotentRequest> const&,
                          WriteWork& work, ErrorForm = ErrorForm::plain);

/// The second half of such a request: runs `work`, whose answer takes the place of the one that was kept.
Rendered end_idempotently(Transaction&, Context const&, std::optional<IdempotentRequest> const&,
                          WriteWork& work);

}  // namespace linebook::http

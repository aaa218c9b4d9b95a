// The write jobs of requests: the use case, and around it, in the same transaction, the promise of an
// Idempotency-Key: the first answer of an executed request is kept and told again.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "app/ports/idempotency.h"
#include "http/endpoint.h"
#include "http/transport/exchange.h"

namespace linebook::http {

/// Turns an outcome into the answer's status, own header lines and body; the service adds what every answer
/// carries.
struct Rendered {
  int status = 200;
  std::string head;
  std::string body;
};
Rendered render(Result<Answer> const&, std::string const& request_id);

/// Requests with a key that run on this node right now.
class RunningKeys {
 public:
  /// False when the slot is taken.
  bool claim(IdempotencySlot const&);
  void release(IdempotencySlot const&);

 private:
  std::mutex mutex_;
  std::set<IdempotencySlot> running_;
};

/// What came with the request, where it had a key.
struct IdempotentRequest {
  IdempotencySlot slot;
  std::string body_hash;
};

/// 1–255 printable ASCII characters.
bool is_idempotency_key(std::string_view);
/// Keyed, since bodies carry secrets and the hash is kept.
std::string hash_of_body(Secrets const&, std::string_view body);

/// Runs `work`, or replays what an earlier request with the same key was told.
Rendered run_idempotently(Transaction&, Context const&, std::optional<IdempotentRequest> const&,
                          WriteWork& work);

/// The second half of such a request: runs `work`, whose answer takes the place of the one that was kept.
Rendered end_idempotently(Transaction&, Context const&, std::optional<IdempotentRequest> const&,
                          WriteWork& work);

}  // namespace linebook::http

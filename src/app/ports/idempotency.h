// First answers of requests that carried an Idempotency-Key, kept 24 hours and replayed.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/id.h"
#include "base/instant.h"

namespace linebook {

/// How long a first answer is replayed.
inline constexpr std::chrono::hours idempotency_kept{24};

struct IdempotencySlot {
  AccountId account;
  std::string key_id;  // the API key
  std::string route;   // "POST /phone_numbers"
  std::string key;     // as the client sent it

  auto operator<=>(IdempotencySlot const&) const = default;
};

struct KeptAnswer {
  std::string body_hash;  // of the request
  int status = 0;
  std::string head;  // the answer's own header lines
  std::string body;
  Instant created_at;
};

class Idempotency {
 public:
  virtual ~Idempotency() = default;
  virtual std::optional<KeptAnswer> find(IdempotencySlot const&) const = 0;
  virtual void keep(IdempotencySlot const&, KeptAnswer const&) = 0;
  /// Forgets answers kept before `before`, at most `limit`; tells how many.
  virtual std::int64_t forget(Instant before, std::int64_t limit) = 0;
};

}  // namespace linebook

// How requests hear of the carrier work that they asked for. Any thread.
#pragma once

#include <chrono>
#include <functional>

#include "base/id.h"

namespace linebook {

/// How long a request waits for its carrier work before it answers with how far that has come.
inline constexpr std::chrono::seconds carrier_patience{8};

class CarrierProgress {
 public:
  virtual ~CarrierProgress() = default;

  /// Calls `then` once, on a thread that may not wait long: when what was asked of the line's carrier, and is
  /// committed by now, has come to an end, or after carrier_patience, or when the service stops.
  virtual void await(AccountId, LineId, std::move_only_function<void()> then) = 0;
};

}  // namespace linebook

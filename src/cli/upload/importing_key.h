// The API key of somebody for whom an import runs: it was good when the import was asked for, and has to be
// so until its end.
#pragma once

#include <cstdint>
#include <optional>

#include "app/ports/clock.h"
#include "app/ports/store.h"

namespace linebook {

/// One thread at a time, which may wait for the store.
class ImportingKey {
 public:
  ImportingKey(Store&, Clock&, KeyId);

  /// Does it still work? Waits only where something about it has changed. Once it does not it never does
  /// again.
  bool works();

 private:
  void look_up();

  Store& store_;
  Clock& clock_;
  KeyId const id_;
  std::uint64_t generation_ = 0;
  AccountId account_;
  std::optional<Instant> expires_at_;
  bool is_over_ = false;
};

}  // namespace linebook

// Passes on which ledgers a commit made longer, to the one who listens. Any thread.
#pragma once

#include <mutex>
#include <span>

#include "app/ports/ledger_listener.h"

namespace linebook {

class LedgerNews {
 public:
  /// Nobody, where it is null. Once this returns an earlier one is not called any more.
  void tell(LedgerListener* listener) {
    std::scoped_lock lock(mutex_);
    listener_ = listener;
  }
  void grew(std::span<AccountId const> accounts) {
    if (accounts.empty()) return;
    std::scoped_lock lock(mutex_);
    if (listener_ != nullptr) listener_->ledgers_grew(accounts);
  }

 private:
  std::mutex mutex_;
  LedgerListener* listener_ = nullptr;
};

}  // namespace linebook

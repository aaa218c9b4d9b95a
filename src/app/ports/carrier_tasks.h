// The outbox of carrier work, as a store keeps it: one row a line (domain/carrier_task.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/lines/carrier_task.h"

namespace linebook {

class CarrierTasks {
 public:
  virtual ~CarrierTasks() = default;

  virtual std::optional<CarrierTask> find(AccountId, LineId const&) const = 0;
  /// When the next one is due that nobody works on; those leased come due when their lease ends.
  virtual std::optional<Instant> next_due() const = 0;

  /// Inserts or replaces the line's task.
  virtual void put(CarrierTask const&) = 0;
  virtual void remove(AccountId, LineId const&) = 0;
  /// Tasks of all accounts that are due and that nobody works on, longest due first, at most `limit`, each
  /// leased to `lease` until `until`: no other claim gets them before that.
  virtual std::vector<CarrierTask> claim(std::string const& lease, Instant now, Instant until,
                                         std::int64_t limit) = 0;
  /// Ends every lease at once. Only for whoever knows that nobody else works here.
  virtual void end_leases() = 0;
};

}  // namespace linebook

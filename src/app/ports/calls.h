// Call records, as a store keeps them. The store itself guarantees: one record a carrier's call id and
// account.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/agents.h"
#include "domain/call_record.h"

namespace linebook {

struct CallFilter {
  std::optional<LineId> line = {};
  std::optional<std::string> from = {};
  std::optional<CallStatus> status = {};
  std::optional<Instant> since = {};  // started at or after
  std::optional<Instant> until = {};  // before
};

class Calls {
 public:
  virtual ~Calls() = default;

  virtual std::optional<CallRecord> find(AccountId, CallId const&) const = 0;
  virtual std::optional<CallRecord> find_by_carrier_sid(AccountId, std::string_view sid) const = 0;
  /// Newest first, at most `limit`, after `after` where given.
  virtual std::vector<CallRecord> list(AccountId, CallFilter const&, std::optional<Keyset> const& after,
                                       std::int64_t limit) const = 0;
  virtual void insert(AccountId, CallRecord const&) = 0;
  virtual void update(AccountId, CallRecord const&) = 0;
};

}  // namespace linebook

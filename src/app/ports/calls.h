// Call records, as a store keeps them. The store itself guarantees: one record a carrier's call id and
// account.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/agents.h"
#include "domain/calls/call_record.h"
#include "domain/dispatch/delivery_count.h"

namespace linebook {

struct CallFilter {
  std::optional<LineId> line = {};
  std::optional<std::string> from = {};
  std::optional<std::string> to = {};
  std::optional<CallStatus> status = {};
  std::optional<Direction> direction = {};
  std::optional<DialListId> dial_list = {};  // it was placed for
  std::optional<Instant> since = {};         // started at or after
  std::optional<Instant> until = {};         // before
};

class Calls {
 public:
  virtual ~Calls() = default;

  virtual std::optional<CallRecord> find(AccountId, CallId const&) const = 0;
  virtual std::optional<CallRecord> find_by_carrier_sid(AccountId, std::string_view sid) const = 0;
  /// Newest first, at most `limit`, after `after` where given.
  virtual std::vector<CallRecord> list(AccountId, CallFilter const&, std::optional<Keyset> const& after,
                                       std::int64_t limit) const = 0;
  /// Of outbound calls to the number (E.164) that started at or after `since`.
  virtual std::vector<DeliveryCount> outcomes_to(AccountId, std::string_view number, Instant since) const = 0;
  virtual void insert(AccountId, CallRecord const&) = 0;
  /// All but when it started.
  virtual void update(AccountId, CallRecord const&) = 0;

  /// Calls that still hold what they are to say, for sealing it anew: in order of id, after `after`. In a
  /// write, keeps others who decide about them away.
  virtual std::vector<CallRecord> with_speech(AccountId, CallId const& after, std::int64_t limit) const = 0;
};

}  // namespace linebook

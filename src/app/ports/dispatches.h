// The outbox of calls and texts, as a store keeps it: one row a call or text (domain/dispatch/dispatch.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/dispatch/dispatch.h"

namespace linebook {

class Dispatches {
 public:
  virtual ~Dispatches() = default;

  virtual std::optional<Dispatch> find(AccountId, std::string_view subject) const = 0;
  /// Carrier accounts for which something is due that nobody works on, each once.
  virtual std::vector<std::string> carrier_accounts_due(Instant now) const = 0;

  /// Inserts or replaces the subject's.
  virtual void put(Dispatch const&) = 0;
  virtual void remove(AccountId, std::string_view subject) = 0;
  /// What is due at one carrier account, for any of our accounts, and nobody works on: longest due first, at
  /// most `limit`, each leased to `lease` until `until`.
  virtual std::vector<Dispatch> claim(std::string_view carrier_account, std::string const& lease, Instant now,
                                      Instant until, std::int64_t limit) = 0;
  /// Ends every lease at once. Only for whoever knows that nobody else works here.
  virtual void end_leases() = 0;
};

}  // namespace linebook

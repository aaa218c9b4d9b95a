// Who answers a call to one of our numbers, and who is calling? The joint of the two books.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/store.h"
#include "domain/calls/call_record.h"
#include "domain/lines/agent.h"
#include "domain/lines/line.h"

namespace linebook {

/// Several people may share the caller's number; no more than this many are told.
inline constexpr std::int64_t max_callers = 50;

struct CallRoute {
  Line line;
  CallAction action;
  std::optional<Agent> agent;  // the line's agent, where it has one, also when it cannot answer
  std::vector<LinkedContactNumber> callers;
};

/// The decision for a call to `number` of this account: the line's agent if it can answer, else the fallback
/// destination, else reject. `number` may be E.164, with or without "+", any other way of writing it
/// (written_number.h; an extension counts for nothing), or a private identifier.
/// not_found when the account has no such line in service.
Result<CallRoute> route_call(Transaction const&, AccountId, std::string_view number,
                             std::optional<TenDigits> const& from);

/// The same for a line that is known already.
CallRoute route_line(Transaction const&, AccountId, Line, std::optional<TenDigits> const& from);

/// Is it being deleted? It takes no calls, also while the carrier fails to let it go.
bool is_leaving(Transaction const&, AccountId, Line const&);

}  // namespace linebook

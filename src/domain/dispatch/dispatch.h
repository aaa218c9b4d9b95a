// What is still to be asked of a carrier for a call or a text: an outbox row. It is committed together with
// the call or the text, and worked off by one node at a time (app/dispatch/dispatch_steps.h).
//
// At most once is the promise: `asked` is committed before the carrier is asked to place or send. From then
// on it may be on its way without our knowing. A lost answer is looked for in the carrier's own list, and
// what is not found there is told as `unknown`, never asked for again. (Spec: Calls.)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/instant.h"
#include "domain/reach/contact_purpose.h"

namespace linebook {

enum class DispatchStage {
  waiting,  // the carrier was not asked, or said for certain that it did nothing
  asked,    // it was asked, and may have done it
  placed,   // it has it: what became of it is told, or asked for
};

std::string_view to_string(DispatchStage);
std::optional<DispatchStage> parse_dispatch_stage(std::string_view);

struct Dispatch {
  AccountId account;
  std::string subject;  // the call's or the message's id
  Channel channel = Channel::call;
  LineId line;
  /// Whose line at the carrier it takes: requests are paced by it. "AC…", or "simulator".
  std::string carrier_account;
  DispatchStage stage = DispatchStage::waiting;
  bool hang_up = false;  // the call is to end
  std::optional<Instant> asked_at = {};
  int attempts = 0;  // failed in a row, of this stage
  Instant due_at{};
  std::optional<std::string> lease = {};  // who works on it
  std::optional<Instant> lease_until = {};

  std::string actor;  // on whose behalf, for the ledger
  std::string request_id;
};

}  // namespace linebook

// The saga of a call or a text that is to leave: the carrier is asked for it, at most once; what became of a
// lost answer is found out; what the carrier does not tell is asked for. (Spec: Calls.)
//
// Each step is three parts: what is about to be asked is committed (`begin_dispatches`), then the carrier is
// asked, outside of any transaction (`perform`), and then the outcome is committed (`end_dispatch`). The
// process may die between any two of them, and any answer may be lost: what was asked for is never asked for
// again, but looked for in the carrier's own list. (docs/adr/0014)
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/context.h"
#include "app/ports/carrier.h"
#include "app/ports/store.h"
#include "app/reach/decide_contact.h"
#include "domain/lines/carrier_name.h"

namespace linebook {

enum class DispatchStep {
  place,    // the call
  send,     // the text
  find,     // what was asked for, and whose answer was lost
  follow,   // what became of it
  hang_up,  // the call
};

/// What to ask the carrier, with all it needs. Holds the line's token, and words: not for logs.
struct DispatchOrder {
  AccountId account;
  std::string subject;
  Channel channel = Channel::call;
  LineId line;
  DispatchStep step{};
  CarrierName carrier{};
  CarrierCredentials credentials = {};
  std::string carrier_account = {};
  CallToPlace call = {};
  TextToSend text = {};
  CarrierSearch search = {};
  std::string sid = {};
  std::string request_id = {};  // of whoever asked for it
};

/// What came of it.
using DispatchOutcome =
    std::variant<CarrierError, CarrierCall, CarrierText, std::vector<CarrierCall>, std::vector<CarrierText>>;

/// How long a lease lasts: longer than one step can take.
inline constexpr std::chrono::seconds dispatch_lease{30};
/// A decision that is older when the carrier is asked is taken again.
inline constexpr std::chrono::milliseconds permission_freshness{1'000};
/// A lost answer is looked for so long; what is not in the carrier's list by then is unknown.
inline constexpr std::chrono::seconds lost_answer_patience{60};
/// What the carrier does not tell is asked for as often.
inline constexpr std::chrono::minutes follow_interval{10};
/// A text that its carrier has sent on, and tells no more of, is left at that.
inline constexpr std::chrono::hours follow_texts{4};
/// A carrier that cannot be reached, or has too much to do, is asked so long.
inline constexpr std::chrono::minutes call_patience{2};
inline constexpr std::chrono::hours text_patience{4};
/// What clocks may differ by: the carrier's list is looked through from so long before we asked.
inline constexpr std::chrono::seconds clock_difference{60};

inline constexpr std::string_view call_answered_path = "/carriers/twilio/answered";
inline constexpr std::string_view text_status_path = "/carriers/twilio/message-status";

/// How many requests each line has on its way.
using LinesInFlight = std::map<std::string, std::size_t>;
/// A line has no more than so many; what is due beyond it is left for a while, behind the other lines'.
inline constexpr std::size_t max_in_flight_of_line = 40;
inline constexpr std::chrono::milliseconds line_pause{200};

/// Up to `limit` of what is due at that carrier account, leased and begun: what to ask for each. What is no
/// longer allowed, or has nothing more to ask, is ended here.
std::vector<DispatchOrder> begin_dispatches(Transaction&, Context const&, ReachRules const&,
                                            std::string_view carrier_account, std::string const& lease,
                                            LinesInFlight, std::int64_t limit);

/// Asks the carrier.
void perform(Carrier&, DispatchOrder const&, std::move_only_function<void(DispatchOutcome)>);

/// Records the outcome; nothing where the dispatch is no longer this holder's.
void end_dispatch(Transaction&, Context const&, std::string const& lease, DispatchOrder const&,
                  DispatchOutcome const&);

}  // namespace linebook

// The saga of a line that a carrier holds: its number is found or bought, its calls are brought to us,
// compared now and then, and in the end given back or given up.
//
// A task (domain/carrier_task.h) holds facts, and the next step follows from them. Each step is three parts:
// what is about to be done is committed (`begin_step`), then the carrier is asked, outside of any transaction
// (`perform`), and then the outcome is committed (`end_step`). The process may die between any two of them,
// and any answer may be lost: whoever goes on finds the facts as far as they were committed, and a purchase
// that may have been made is looked for at the carrier before anything else is done. (docs/adr/0009)
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/context.h"
#include "app/ports/carrier.h"
#include "app/ports/store.h"

namespace linebook {

enum class CarrierStep {
  search,     // for numbers that fit
  look_up,    // does the account have the number?
  buy,        // the number, by name
  connect,    // bring its calls to us
  compare,    // is all as we left it?
  give_back,  // the settings from before us, where they are still ours
  release,    // the number
};

/// The next step, as the facts have it. Nothing: what is to be deleted never came to be at the carrier.
std::optional<CarrierStep> next_step(Line const&, CarrierTask const&);

/// What to ask the carrier, with all it needs. Holds the owner's token: not for logs.
struct CarrierOrder {
  CarrierStep step{};
  CarrierCredentials credentials;
  NumberSearch search;
  std::optional<E164> number;
  std::string sid;
  std::string name;  // for the carrier's own pages
  VoiceSettings ours;
  std::optional<std::string> connected_to;
  std::optional<VoiceSettings> earlier;
  std::string request_id;  // of whoever asked for it
};

/// What came of it: numbers that fit, the number as it now is (or that the account has none such), or why
/// not. `monostate`: done, and there is nothing more to tell.
using CarrierOutcome =
    std::variant<std::monostate, std::vector<E164>, std::optional<CarrierNumber>, CarrierError>;

/// How long a lease lasts: longer than one step can take, since some ask the carrier twice, and each may wait
/// for its turn.
inline constexpr std::chrono::seconds carrier_lease{60};
/// How often a line is compared with what the carrier has.
inline constexpr std::chrono::minutes compare_interval{15};
/// Tries in quick succession, before a failure is told and trying again takes its time.
inline constexpr int quick_attempts = 3;
/// How often the carrier must not have a number, asked at growing intervals (half a minute in all), before a
/// purchase whose answer was lost counts as not made.
inline constexpr int convincing_absences = 4;
/// How many candidates of a search others may be quicker to buy.
inline constexpr int max_snatched = 5;

/// Who acts, where nobody asked: in the ledger.
inline constexpr std::string_view reconciler = "reconciler";

inline constexpr std::string_view carrier_voice_path = "/carriers/twilio/voice";
inline constexpr std::string_view carrier_status_path = "/carriers/twilio/status";

/// The settings that bring a number's calls to us.
VoiceSettings our_voice_settings(std::string_view public_url);

/// Do calls still go to a webhook that we set? A trunk or an application goes before it.
bool comes_to_us(VoiceSettings const&, CarrierOrder const&);

/// The line's next step, recorded as begun by the holder of `lease`. Nothing when there is nothing to ask the
/// carrier any more, or when the task is no longer this holder's.
std::optional<CarrierOrder> begin_step(Transaction&, Context const&, std::string const& lease, LineId const&);

/// Asks the carrier, twice for some steps; `then` gets what came of it, where the carrier replies. The order
/// stays until then.
void perform(Carrier&, CarrierOrder const&, std::move_only_function<void(CarrierOutcome)> then);

enum class AfterStep { go_on, rest };

/// Records the outcome. go_on: there is a next step, to be taken at once; else the lease is given back.
AfterStep end_step(Transaction&, Context const&, std::string const& lease, LineId const&, CarrierOrder const&,
                   CarrierOutcome const&);

}  // namespace linebook

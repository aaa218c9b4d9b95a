// What is still to be done at a carrier for one of our lines: an outbox row. It is committed together with
// the change that asks for it, and worked off afterwards, step by step (app/carrier_steps.h), by one node at
// a time. A line that a carrier holds has its row as long as it lives: where nothing is to be done, it says
// when to compare again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/instant.h"
#include "domain/lines/voice_settings.h"

namespace linebook {

/// What the line's owner wants in the end.
enum class CarrierGoal {
  hold,     // the number is ours to answer
  detach,   // give its earlier settings back and forget it
  release,  // give the number itself up
};
std::string_view to_string(CarrierGoal);
std::optional<CarrierGoal> parse_carrier_goal(std::string_view);

/// How the number is come by.
enum class NumberSource {
  owned,     // the owner's carrier account has it
  bought,    // bought unless the account has it
  searched,  // any that fits is chosen, then bought by its number
};
std::string_view to_string(NumberSource);
std::optional<NumberSource> parse_number_source(std::string_view);

/// How far a purchase has come. `sent` is recorded before the carrier is asked to sell: from then on it may
/// be ours without our knowing, and the carrier is asked what it has before anything else is done.
enum class Purchase { none, intended, sent };
std::string_view to_string(Purchase);
std::optional<Purchase> parse_purchase(std::string_view);

enum class FailureKind {
  not_owned,       // the account does not have the number, and nobody asked to buy it
  none_available,  // nothing fits the search
  refused,         // by the carrier, for a reason that the caller can mend
  broken,          // the carrier could not be reached, or failed
  timeout,         // it did not answer in time
  drifted,         // the number is there, its settings are no longer ours
  gone,            // the carrier no longer has the number
};
std::string_view to_string(FailureKind);
std::optional<FailureKind> parse_failure_kind(std::string_view);

/// Why the last step failed. `code` is the carrier's own, 0 where it gave none. Never holds a secret.
struct CarrierFailure {
  FailureKind kind;
  int code = 0;
  std::string message;

  bool operator==(CarrierFailure const&) const = default;
};

struct CarrierTask {
  AccountId account;
  LineId line;
  CarrierGoal goal = CarrierGoal::hold;
  NumberSource source = NumberSource::owned;
  std::optional<std::string> area_code;  // of a search
  std::string country_code = "US";
  Purchase purchase = Purchase::none;
  bool purchase_doubtful = false;  // an answer to a purchase was lost once: a refusal alone proves nothing
  int absences = 0;                // how often the carrier, asked after that, did not have the number
  int snatched = 0;                // candidates of a search that others were quicker to buy
  std::optional<std::string> connected_to;  // the webhook that we set; nothing before we did
  bool take_back = false;                   // also from whoever changed them since
  std::optional<VoiceSettings> earlier;     // the settings before us

  bool resting = false;  // nothing is to be done before `due_at`, but for comparing or trying again
  int attempts = 0;      // failed in a row
  Instant due_at;
  std::optional<std::string> lease;  // who works on it
  std::optional<Instant> lease_until;
  std::optional<CarrierFailure> failure;  // of the last step

  std::string actor;  // on whose behalf, for the ledger
  std::string request_id;
};

}  // namespace linebook

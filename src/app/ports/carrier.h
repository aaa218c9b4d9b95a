// A carrier that holds numbers on behalf of their owners, and places calls and sends texts from them, reached
// over the network. Nothing here waits: each reply comes once, on a thread of the carrier's or, where it is
// turned away at once, within the call that asked, and must be quick. Any thread may ask. Nothing is retried
// here: whether a request may be repeated is the saga's to say.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "domain/calls/call_record.h"
#include "domain/calls/call_script.h"
#include "domain/lines/voice_settings.h"
#include "domain/messages/message.h"
#include "domain/numbers/e164.h"

namespace linebook {

/// How long an adapter waits for one answer. Some questions take several.
inline constexpr std::chrono::seconds carrier_timeout{10};
/// How long a question waits for its turn before it is answered as busy.
inline constexpr std::chrono::seconds carrier_turn_patience{5};

/// The owner's account there. In the clear: never kept, logged or told.
struct CarrierCredentials {
  std::string account_sid;
  std::string auth_token;
  /// Told along with each request, where it belongs to a trace.
  std::string traceparent = {};
};

struct CarrierNumber {
  std::string sid;  // the carrier's own id of the number
  E164 number;
  std::vector<std::string> capabilities;  // "voice", "sms", …
  VoiceSettings voice;
};

struct NumberSearch {
  std::optional<std::string> area_code;
  std::string country_code;  // ISO 3166-1 alpha-2
};

/// A call as it is asked for.
struct CallToPlace {
  CallId id;          // ours: what is told of it is told by this
  AccountId account;  // whose line calls
  std::string from;   // E.164, as is
  std::string to;     // this
  /// What happens once it is answered. Nothing: whoever answered is told first, and what happens is asked of
  /// us then.
  std::optional<CallScript> script = {};
  std::string answer_url = {};  // where that is asked
  std::string status_url = {};  // where its statuses are told; both empty where the carrier cannot reach us
  bool detect_machine = false;
  bool wait_for_tone = false;  // a machine counts as answered when it has finished its greeting
};

/// A call as the carrier has it.
struct CarrierCall {
  std::string sid;
  CallStatus status = CallStatus::queued;
  std::string from = {};
  std::string to = {};
  std::optional<AnsweredBy> answered_by = {};
  std::optional<std::int64_t> duration_seconds = {};
  std::optional<Instant> created_at = {};
};

struct TextToSend {
  MessageId id;
  AccountId account;  // whose line texts
  std::string from;
  std::string to;
  std::string text;
  std::string status_url = {};
};

struct CarrierText {
  std::string sid;
  MessageStatus status = MessageStatus::queued;
  std::string from = {};
  std::string to = {};
  std::string text = {};
  std::optional<int> error_code = {};
  std::optional<std::int64_t> segments = {};
  std::optional<std::string> price = {};
  std::optional<std::string> price_unit = {};
  std::optional<Instant> created_at = {};
};

/// What the carrier has of calls or texts between two numbers, since then (a day earlier at most: carriers
/// list by date).
struct CarrierSearch {
  std::string from;
  std::string to;
  Instant since;
};

enum class CarrierFault {
  refused,      // it will not, for a reason that the caller can mend: nothing was done
  not_found,    // there is no such thing: nothing was done
  busy,         // too many requests: nothing was done, ask again later
  unreachable,  // the request never got there: nothing was done
  broken,       // it answered that it failed: whether something was done is unknown
  timeout,      // no answer in time, or half of one: likewise
};

/// The four ways in which an answer is taken.
enum class CarrierVerdict { done, refused, try_later, unknown };

constexpr CarrierVerdict verdict_of(CarrierFault fault) {
  switch (fault) {
    case CarrierFault::refused:
    case CarrierFault::not_found:
      return CarrierVerdict::refused;
    case CarrierFault::busy:
    case CarrierFault::unreachable:
      return CarrierVerdict::try_later;
    case CarrierFault::broken:
    case CarrierFault::timeout:
      break;
  }
  return CarrierVerdict::unknown;
}

/// What went wrong. `message` holds the carrier's words or ours, never a secret.
struct CarrierError {
  CarrierFault fault;
  int code = 0;  // the carrier's own
  std::string message;
  std::optional<std::chrono::seconds> retry_after = {};  // of a busy one, where it said
};

template <class T>
using CarrierResult = std::expected<T, CarrierError>;
template <class T>
using CarrierReply = std::move_only_function<void(CarrierResult<T>)>;

class Carrier {
 public:
  virtual ~Carrier() = default;

  // Numbers.

  /// The number where the account has exactly this one.
  virtual void find_owned(CarrierCredentials const&, E164 const&,
                          CarrierReply<std::optional<CarrierNumber>>) = 0;
  virtual void get(CarrierCredentials const&, std::string_view sid, CarrierReply<CarrierNumber>) = 0;
  /// Numbers with voice that can be bought, a page of them.
  virtual void search(CarrierCredentials const&, NumberSearch const&, CarrierReply<std::vector<E164>>) = 0;
  /// Buys exactly this number; `name` is how the carrier's own pages show it. Costs money each time that it
  /// succeeds.
  virtual void buy(CarrierCredentials const&, E164 const&, std::string_view name,
                   CarrierReply<CarrierNumber>) = 0;
  /// Sets all of them, also to nothing; `now` is what the carrier has set. What it answers is what it became.
  virtual void set_voice(CarrierCredentials const&, std::string_view sid, VoiceSettings const& now,
                         VoiceSettings const& wanted, CarrierReply<CarrierNumber>) = 0;
  /// Gives the number up for good.
  virtual void release(CarrierCredentials const&, std::string_view sid, CarrierReply<void>) = 0;

  // Calls and texts. Each costs money each time that it succeeds.

  virtual void place_call(CarrierCredentials const&, CallToPlace const&, CarrierReply<CarrierCall>) = 0;
  virtual void get_call(CarrierCredentials const&, std::string_view sid, CarrierReply<CarrierCall>) = 0;
  /// Ends it, whatever it is doing. One that is over stays as it ended.
  virtual void end_call(CarrierCredentials const&, std::string_view sid, CarrierReply<CarrierCall>) = 0;
  virtual void find_calls(CarrierCredentials const&, CarrierSearch const&,
                          CarrierReply<std::vector<CarrierCall>>) = 0;

  virtual void send_text(CarrierCredentials const&, TextToSend const&, CarrierReply<CarrierText>) = 0;
  virtual void get_text(CarrierCredentials const&, std::string_view sid, CarrierReply<CarrierText>) = 0;
  virtual void find_texts(CarrierCredentials const&, CarrierSearch const&,
                          CarrierReply<std::vector<CarrierText>>) = 0;
};

}  // namespace linebook

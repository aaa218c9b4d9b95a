// A carrier that holds numbers on behalf of their owners, reached over the network. Every call may take as
// long as the adapter's timeout, so none is ever made inside a transaction or on an I/O thread. Any thread.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/lines/voice_settings.h"
#include "domain/numbers/e164.h"

namespace linebook {

/// How long an adapter waits for one answer.
inline constexpr std::chrono::seconds carrier_timeout{10};

/// The owner's account there. In the clear: never kept, logged or told.
struct CarrierCredentials {
  std::string account_sid;
  std::string auth_token;
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

enum class CarrierFault {
  refused,      // it will not, for a reason that the caller can mend: nothing was done
  not_found,    // there is no such thing: nothing was done
  busy,         // too many requests: nothing was done, ask again later
  unreachable,  // the request never got there: nothing was done
  broken,       // it answered that it failed: whether something was done is unknown
  timeout,      // no answer in time, or half of one: likewise
};

/// What went wrong. `message` holds the carrier's words or ours, never a secret.
struct CarrierError {
  CarrierFault fault;
  int code = 0;  // the carrier's own
  std::string message;
};

template <class T>
using CarrierResult = std::expected<T, CarrierError>;

class Carrier {
 public:
  virtual ~Carrier() = default;

  /// The number where the account has exactly this one.
  virtual CarrierResult<std::optional<CarrierNumber>> find_owned(CarrierCredentials const&, E164 const&) = 0;
  virtual CarrierResult<CarrierNumber> get(CarrierCredentials const&, std::string_view sid) = 0;
  /// Numbers with voice that can be bought, a page of them.
  virtual CarrierResult<std::vector<E164>> search(CarrierCredentials const&, NumberSearch const&) = 0;
  /// Buys exactly this number; `name` is how the carrier's own pages show it. Costs money each time that it
  /// succeeds.
  virtual CarrierResult<CarrierNumber> buy(CarrierCredentials const&, E164 const&, std::string_view name) = 0;
  /// Sets all of them, also to nothing.
  virtual CarrierResult<CarrierNumber> set_voice(CarrierCredentials const&, std::string_view sid,
                                                 VoiceSettings const&) = 0;
  /// Gives the number up for good.
  virtual CarrierResult<void> release(CarrierCredentials const&, std::string_view sid) = 0;
};

}  // namespace linebook

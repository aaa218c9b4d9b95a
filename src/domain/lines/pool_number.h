// A number of the operator's pool, given out as Pia lines, one line at a time, installation-wide.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/instant.h"
#include "domain/lines/carrier_name.h"
#include "domain/numbers/e164.h"

namespace linebook {

enum class PoolState {
  available,  // may be given out, once `rests_until` is past
  assigned,   // a line holds it
  withdrawn,  // taken out by the operator; never given out again unless imported anew
};

std::string_view to_string(PoolState);
std::optional<PoolState> parse_pool_state(std::string_view);

struct PoolNumber {
  E164 number;
  std::string country_code;              // ISO 3166-1 alpha-2
  std::optional<std::string> area_code;  // of NANP numbers
  PoolState state = PoolState::available;
  std::optional<Instant> rests_until;  // a number that was given back rests first
  std::optional<AccountId> account;    // who holds it, while assigned
  /// Who carries its calls and texts; nothing: nobody but the simulator of a demo installation.
  std::optional<CarrierName> carrier = {};
};

/// What a create asks of the pool; everything left out may be anything.
struct PoolWish {
  std::optional<std::string> area_code;
  std::optional<std::string> country_code;
  std::optional<E164> number;
};

}  // namespace linebook

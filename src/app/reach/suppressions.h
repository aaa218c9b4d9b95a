// The account's suppression list. (Spec: Suppression.)
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/context.h"
#include "app/edits.h"
#include "app/ports/store.h"

namespace linebook {

struct Suppress {
  std::optional<TenDigits> number;
  std::vector<Channel> channels;
  std::string reason;
  Problems problems = {};
};

struct SuppressedNumber {
  Suppression suppression;
  bool changed = false;
};

/// A channel that is suppressed already keeps its first reason.
Result<SuppressedNumber> suppress(Transaction&, Context const&, Suppress const&);

/// Of one channel, or of both. not_found where there is nothing to lift.
Result<void> lift_suppression(Transaction&, Context const&, TenDigits const&, std::optional<Channel> const&);

}  // namespace linebook

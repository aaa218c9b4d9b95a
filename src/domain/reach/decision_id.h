#pragma once

#include "base/id.h"

namespace linebook {

using DecisionId = Id<struct DecisionKind>;  // "dec_…"

}  // namespace linebook

// What a parser of the domain answers of a value that it does not take.
#pragma once

#include "base/result.h"

namespace linebook {

/// `why` fits behind the value's name: "must be …".
inline std::unexpected<Error> refused_value(char const* why) {
  return fail(ErrorCode::validation_error, why);
}

}  // namespace linebook

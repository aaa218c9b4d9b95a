// A value or the Error that explains why there is none.
#pragma once

#include <expected>
#include <utility>

#include "base/error.h"

namespace linebook {

template <class T>
using Result = std::expected<T, Error>;

/// `return fail(ErrorCode::conflict, "…")` from any function that returns a Result.
inline std::unexpected<Error> fail(Error error) { return std::unexpected<Error>(std::move(error)); }
inline std::unexpected<Error> fail(ErrorCode code, std::string message,
                                   std::vector<FieldError> details = {}) {
  return std::unexpected<Error>(Error{code, std::move(message), std::move(details)});
}

}  // namespace linebook

// The one table that turns an Error into an HTTP answer.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "http/transport/exchange.h"

namespace linebook::http {

struct ErrorStatus {
  ErrorCode code;
  int status;
  std::string_view name;  // "validation_error", as `error.code` tells it
};

ErrorStatus const& status_of(ErrorCode);

/// The ErrorResponse body.
std::string error_body(Error const&, std::string_view request_id);

}  // namespace linebook::http

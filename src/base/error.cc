#include "base/error.h"

namespace linebook {

Error validation_error(std::vector<FieldError> problems) {
  std::string message =
      problems.empty() ? "the request is not valid" : problems.front().field + " " + problems.front().message;
  return {ErrorCode::validation_error, std::move(message), std::move(problems)};
}

Error not_found(std::string_view what) {
  return {ErrorCode::not_found, std::string(what) + " not found", {}};
}

}  // namespace linebook

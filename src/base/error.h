// What went wrong, as a value. Every expected failure in Linebook travels as an Error inside a Result;
// exceptions are for start-up, bugs, and a store that is away (see app/ports/store.h).
// http/error_table.cc is the one place that turns a code into an HTTP status.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace linebook {

enum class ErrorCode {
  malformed_json,           // 400
  invalid_parameter,        // 400 query parameter: unknown, repeated, out of range
  invalid_query,            // 400 `q` that holds no searchable number
  invalid_page_token,       // 400 forged, damaged, or another account's
  invalid_request,          // 400 not HTTP as we speak it
  unauthorized,             // 401
  forbidden,                // 403
  not_found,                // 404
  method_not_allowed,       // 405
  request_timeout,          // 408
  conflict,                 // 409
  duplicate_number,         // 409 the person has this number already
  phone_number_in_use,      // 409 the E.164 number is in service somewhere in the installation
  no_number_available,      // 409 no pool number matches
  agent_in_use,             // 409 lines still name the agent
  contact_not_allowed,      // 409 a decision stands in the way
  number_not_owned,         // 422 the carrier account does not have the number, and nobody asked to buy it
  carrier_refused,          // 422 the carrier will not, for a reason that the caller can mend
  carrier_error,            // 502 the carrier failed or could not be reached
  carrier_timeout,          // 504 the carrier did not answer in time
  idempotency_in_progress,  // 409
  already_exists,           // 409 a chosen id or name is taken
  expired,                  // 410 a token that we issued is over 30 days old
  precondition_failed,      // 412
  payload_too_large,        // 413
  unsupported_media_type,   // 415
  validation_error,         // 422
  idempotency_key_reused,   // 422
  provider_not_configured,  // 422
  wrong_code,               // 422 of a verification
  too_many_requests,        // 429
  header_too_large,         // 431
  internal_error,           // 500
  overloaded,               // 503 a queue is full, a search took too long, or the service drains
  unavailable,              // 503 the store cannot write (disk full, database away)
};

/// One thing at fault in a request: which field, what was wrong, and, where it helps, the id of what stands
/// in the way.
struct FieldError {
  std::string field;
  std::string message;
  std::string id = {};
  int carrier_code = 0;  // what a carrier calls its refusal; 0: none

  bool operator==(FieldError const&) const = default;
};

struct Error {
  ErrorCode code;
  std::string message;                   // says what was wrong and what to do; never holds a secret
  std::vector<FieldError> details = {};  // every field at fault, not the first
  int retry_after_seconds = 0;           // of too_many_requests

  bool operator==(Error const&) const = default;
};

/// A validation_error over all `problems`. Its message is the first problem's, with the field named.
[[nodiscard]] Error validation_error(std::vector<FieldError> problems);

/// "phone number not found", as told for unknown ids and for other accounts' ids alike.
[[nodiscard]] Error not_found(std::string_view what);

}  // namespace linebook

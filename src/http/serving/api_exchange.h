// What the service knows of one request between its first and its last step.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/tracing.h"
#include "base/instant.h"
#include "http/serving/endpoint.h"
#include "http/serving/key_directory.h"
#include "http/transport/exchange.h"

namespace linebook::http {

/// Lives until the request was answered.
struct ApiExchange final : Attachment {
  std::string request_id;
  OpenSpan span;             // of the whole request
  TraceContext trace;        // that it is part of, recorded here or not
  Instant now;               // when it came
  bool speaks_fhir = false;  // its path is one of FHIR's: errors are told as FHIR has them

  // What Admission finds out, as far as it got where it refused the request.
  Route const* route = nullptr;
  std::vector<std::string_view> path_parameters;  // still percent-encoded
  std::optional<KeyDirectory::Found> looked_up;   // where the key was not known here
  std::optional<Principal> principal;             // nothing on public routes
  std::optional<Allowance> key_allowance;         // where the key's requests are counted
  std::optional<Allowance> account_allowance;     // likewise
  std::string rate_limit_head;                    // X-RateLimit-* lines, where requests are counted
  std::string refusal_head;                       // what a refusal adds: Allow, Retry-After
};

}  // namespace linebook::http

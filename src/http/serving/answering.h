// From what came of a request to the answer that goes over the wire.
#pragma once

#include <string>

#include "http/serving/api_exchange.h"
#include "http/serving/endpoint.h"
#include "http/transport/exchange.h"

namespace linebook::http {

/// What is told alike to whoever repeats the request: status, own header lines and body.
struct Rendered {
  int status = 200;
  std::string head;
  std::string body;
};
Rendered render(Result<Answer> const&, std::string const& request_id);

/// Adds what every answer to this request carries.
Response respond(ApiExchange const&, Rendered);
/// The answer to a request that is refused before it gets to its work.
Response fail_with(ApiExchange const&, Error const&);

}  // namespace linebook::http

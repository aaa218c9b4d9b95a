// From what came of a request to the answer that goes over the wire.
#pragma once

#include <optional>
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
  std::optional<std::string> body_for_repeats = {};  // where it is another one
};
/// How errors are told: FHIR has a form of its own.
enum class ErrorForm { plain, operation_outcome };
/// As every path below /fhir does.
ErrorForm error_form_of(ApiExchange const&);

Rendered render(Result<Answer> const&, std::string const& request_id, ErrorForm = ErrorForm::plain);

/// Adds what every answer to this request carries.
Response respond(ApiExchange const&, Rendered);
/// The answer to a request that is refused before it gets to its work.
Response fail_with(ApiExchange const&, Error const&);

}  // namespace linebook::http

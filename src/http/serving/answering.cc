#include "http/serving/answering.h"

#include <utility>

#include "http/codec/error_table.h"
#include "http/codec/etag.h"

namespace linebook::http {
namespace {

Rendered rendered_error(Error const& error, std::string const& request_id) {
  Rendered rendered{status_of(error.code).status, "Content-Type: application/json\r\n",
                    error_body(error, request_id)};
  if (rendered.status == 503) rendered.head += "Retry-After: 1\r\n";
  return rendered;
}

}  // namespace

Rendered render(Result<Answer> const& outcome, std::string const& request_id) {
  if (!outcome) {
    auto rendered = rendered_error(outcome.error(), request_id);
    if (int const wait = outcome.error().retry_after_seconds; rendered.status == 429 && wait > 0)
      rendered.head += "Retry-After: " + std::to_string(wait) + "\r\n";
    return rendered;
  }
  Rendered rendered{outcome->status, {}, outcome->body};
  if (!outcome->content_type.empty())
    rendered.head.append("Content-Type: ").append(outcome->content_type).append("\r\n");
  if (outcome->tag == Answer::Tag::entity) rendered.head += "ETag: " + entity_tag(outcome->body) + "\r\n";
  if (!outcome->location.empty()) rendered.head += "Location: " + outcome->location + "\r\n";
  return rendered;
}

Response respond(ApiExchange const& exchange, Rendered rendered) {
  Response response{
      .status = rendered.status, .head = std::move(rendered.head), .body = std::move(rendered.body)};
  response.head.append("X-Request-Id: ").append(exchange.request_id).append("\r\n");
  response.head += exchange.rate_limit_head;
  return response;
}

Response fail_with(ApiExchange const& exchange, Error const& error) {
  auto response = respond(exchange, rendered_error(error, exchange.request_id));
  response.head += exchange.refusal_head;
  return response;
}

}  // namespace linebook::http

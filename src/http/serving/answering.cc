#include "http/serving/answering.h"

#include <utility>

#include "http/codec/error_table.h"
#include "http/codec/etag.h"
#include "http/codec/operation_outcome.h"

namespace linebook::http {
namespace {

Rendered rendered_error(Error const& error, std::string const& request_id, ErrorForm form) {
  Rendered rendered{status_of(error.code).status, "Content-Type: application/json\r\n", {}};
  if (form == ErrorForm::operation_outcome) {
    rendered.head = std::string("Content-Type: ").append(fhir_media_type).append("\r\n");
    rendered.body = operation_outcome(error);
  } else {
    rendered.body = error_body(error, request_id);
  }
  if (rendered.status == 401) rendered.head += "WWW-Authenticate: Bearer\r\n";
  if (rendered.status == 503) rendered.head += "Retry-After: 1\r\n";
  if (rendered.status == 429 && error.retry_after_seconds > 0)
    rendered.head += "Retry-After: " + std::to_string(error.retry_after_seconds) + "\r\n";
  return rendered;
}

/// What a browser is told in a session is for whoever is signed in: on no disk of a machine that several
/// share, in no proxy on the way (which a cookie does not keep from storing, as a bearer token does: RFC
/// 9111, section 3.5), and nothing but what it says it is.
void keep_for_who_is_signed_in(std::string& head) {
  head += "X-Content-Type-Options: nosniff\r\n";
  if (head.find("Cache-Control:") == head.npos) head += "Cache-Control: no-store\r\n";
}

}  // namespace

ErrorForm error_form_of(ApiExchange const& exchange) {
  return exchange.speaks_fhir ? ErrorForm::operation_outcome : ErrorForm::plain;
}

Rendered render(Result<Answer> const& outcome, std::string const& request_id, ErrorForm form) {
  if (!outcome) return rendered_error(outcome.error(), request_id, form);
  Rendered rendered{outcome->status, {}, outcome->body, outcome->body_for_repeats};
  if (!outcome->content_type.empty())
    rendered.head.append("Content-Type: ").append(outcome->content_type).append("\r\n");
  rendered.head += outcome->head;
  if (!outcome->vary.empty()) rendered.head.append("Vary: ").append(outcome->vary).append("\r\n");
  if (outcome->tag == Answer::Tag::entity) rendered.head += "ETag: " + entity_tag(outcome->body) + "\r\n";
  if (!outcome->location.empty()) rendered.head += "Location: " + outcome->location + "\r\n";
  return rendered;
}

Response respond(ApiExchange const& exchange, Rendered rendered) {
  Response response{
      .status = rendered.status, .head = std::move(rendered.head), .body = std::move(rendered.body)};
  response.head.append("X-Request-Id: ").append(exchange.request_id).append("\r\n");
  response.head += exchange.rate_limit_head;
  if (exchange.principal && exchange.principal->session) keep_for_who_is_signed_in(response.head);
  return response;
}

Response fail_with(ApiExchange const& exchange, Error const& error) {
  auto response = respond(exchange, rendered_error(error, exchange.request_id, error_form_of(exchange)));
  response.head += exchange.refusal_head;
  return response;
}

}  // namespace linebook::http

#include "http/codec/error_table.h"

#include "http/codec/json_writer.h"

namespace linebook::http {
namespace {

constexpr ErrorStatus table[] = {
    {ErrorCode::malformed_json, 400, "malformed_json"},
    {ErrorCode::invalid_parameter, 400, "invalid_parameter"},
    {ErrorCode::invalid_query, 400, "invalid_query"},
    {ErrorCode::invalid_page_token, 400, "invalid_page_token"},
    {ErrorCode::invalid_request, 400, "invalid_request"},
    {ErrorCode::unauthorized, 401, "unauthorized"},
    {ErrorCode::forbidden, 403, "forbidden"},
    {ErrorCode::not_found, 404, "not_found"},
    {ErrorCode::method_not_allowed, 405, "method_not_allowed"},
    {ErrorCode::request_timeout, 408, "request_timeout"},
    {ErrorCode::conflict, 409, "conflict"},
    {ErrorCode::duplicate_number, 409, "duplicate_number"},
    {ErrorCode::phone_number_in_use, 409, "phone_number_in_use"},
    {ErrorCode::no_number_available, 409, "no_number_available"},
    {ErrorCode::agent_in_use, 409, "agent_in_use"},
    {ErrorCode::contact_not_allowed, 409, "contact_not_allowed"},
    {ErrorCode::number_not_owned, 422, "number_not_owned"},
    {ErrorCode::carrier_refused, 422, "carrier_refused"},
    {ErrorCode::carrier_error, 502, "carrier_error"},
    {ErrorCode::carrier_timeout, 504, "carrier_timeout"},
    {ErrorCode::idempotency_in_progress, 409, "idempotency_in_progress"},
    {ErrorCode::already_exists, 409, "already_exists"},
    {ErrorCode::expired, 410, "expired"},
    {ErrorCode::precondition_failed, 412, "precondition_failed"},
    {ErrorCode::payload_too_large, 413, "payload_too_large"},
    {ErrorCode::unsupported_media_type, 415, "unsupported_media_type"},
    {ErrorCode::validation_error, 422, "validation_error"},
    {ErrorCode::idempotency_key_reused, 422, "idempotency_key_reused"},
    {ErrorCode::provider_not_configured, 422, "provider_not_configured"},
    {ErrorCode::wrong_code, 422, "wrong_code"},
    {ErrorCode::too_many_requests, 429, "too_many_requests"},
    {ErrorCode::header_too_large, 431, "header_too_large"},
    {ErrorCode::internal_error, 500, "internal_error"},
    {ErrorCode::overloaded, 503, "overloaded"},
    {ErrorCode::unavailable, 503, "unavailable"},
};

}  // namespace

ErrorStatus const& status_of(ErrorCode code) {
  for (auto const& row : table)
    if (row.code == code) return row;
  return status_of(ErrorCode::internal_error);
}

std::string error_body(Error const& error, std::string_view request_id) {
  JsonWriter json;
  json.begin_object().key("error").begin_object();
  json.key("code").string(status_of(error.code).name).key("message").string(error.message);
  json.key("details").begin_array();
  for (auto const& detail : error.details) {
    json.begin_object().key("field").string(detail.field).key("message").string(detail.message);
    if (!detail.id.empty()) json.key("id").string(detail.id);
    if (detail.carrier_code != 0) json.key("carrier_code").number(detail.carrier_code);
    json.end_object();
  }
  json.end_array().key("request_id").string(request_id).end_object().end_object();
  return std::move(json).take();
}

}  // namespace linebook::http

#include "http/codec/operation_outcome.h"

#include "http/codec/json_writer.h"
#include "http/codec/query_reader.h"

namespace linebook::http {
namespace {

void write_issue(JsonWriter& json, std::string_view severity, std::string_view type,
                 std::string_view diagnostics) {
  json.begin_object().key("severity").string(severity).key("code").string(type);
  json.key("diagnostics").string(diagnostics).end_object();
}

}  // namespace

std::string_view issue_type_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::malformed_json:
      return "structure";
    case ErrorCode::unauthorized:
      return "login";
    case ErrorCode::forbidden:
      return "forbidden";
    case ErrorCode::not_found:
      return "not-found";
    case ErrorCode::expired:
      return "deleted";
    case ErrorCode::method_not_allowed:
    case ErrorCode::unsupported_media_type:
      return "not-supported";
    case ErrorCode::request_timeout:
      return "timeout";
    case ErrorCode::payload_too_large:
    case ErrorCode::header_too_large:
      return "too-long";
    case ErrorCode::precondition_failed:
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::too_many_requests:
      return "throttled";
    case ErrorCode::overloaded:
    case ErrorCode::unavailable:
      return "transient";
    case ErrorCode::internal_error:
      return "exception";
    default:
      return "invalid";
  }
}

std::string operation_outcome(Error const& error) {
  std::string_view const severity = error.code == ErrorCode::internal_error ? "fatal" : "error";
  JsonWriter json;
  json.begin_object().key("resourceType").string("OperationOutcome").key("issue").begin_array();
  if (error.details.empty()) write_issue(json, severity, issue_type_of(error.code), error.message);
  for (auto const& detail : error.details)
    write_issue(json, severity,
                detail.message == no_such_parameter ? "not-supported" : issue_type_of(error.code),
                detail.field + " " + detail.message);
  json.end_array().end_object();
  return std::move(json).take();
}

}  // namespace linebook::http

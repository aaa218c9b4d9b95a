#include "app/lines/carrier_failures.h"

namespace linebook {

std::string in_words(CarrierFailure const& f) {
  auto const code = f.code != 0 ? " (" + std::to_string(f.code) + ")" : std::string();
  switch (f.kind) {
    case FailureKind::refused:
      return "Twilio refused: " + f.message + code;
    case FailureKind::broken:
      return "Twilio failed: " + f.message + code;
    case FailureKind::not_owned:
    case FailureKind::none_available:
    case FailureKind::timeout:
    case FailureKind::drifted:
    case FailureKind::gone:
      break;
  }
  return f.message + code;
}

Error carrier_failed(CarrierFailure const& f) {
  auto const error = [&f](ErrorCode code, char const* field) {
    return Error{code, in_words(f), {{field, f.message, {}, f.code}}};
  };
  switch (f.kind) {
    case FailureKind::not_owned:
      return error(ErrorCode::number_not_owned, "phone_number");
    case FailureKind::none_available:
      return error(ErrorCode::no_number_available, "area_code");
    case FailureKind::refused:
    case FailureKind::drifted:
    case FailureKind::gone:
      return error(ErrorCode::carrier_refused, "provider");
    case FailureKind::broken:
      return error(ErrorCode::carrier_error, "provider");
    case FailureKind::timeout:
      return error(ErrorCode::carrier_timeout, "provider");
  }
  return error(ErrorCode::internal_error, "provider");
}

CarrierFailure failure_of(CarrierError const& e) {
  switch (e.fault) {
    case CarrierFault::refused:
      return {FailureKind::refused, e.code, e.message};
    case CarrierFault::not_found:
      return {FailureKind::gone, e.code, "the number is no longer in this Twilio account"};
    case CarrierFault::busy:
    case CarrierFault::unreachable:
    case CarrierFault::broken:
      return {FailureKind::broken, e.code, e.message};
    case CarrierFault::timeout:
      return {FailureKind::timeout, e.code, "Twilio did not answer in time"};
  }
  return {FailureKind::broken, e.code, e.message};
}

bool is_passing(CarrierFailure const& f) {
  return f.kind == FailureKind::broken || f.kind == FailureKind::timeout;
}

}  // namespace linebook

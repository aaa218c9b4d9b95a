// Proof that a number is answered by whom it belongs to. (Spec: Verification.)
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "app/reach/decide_contact.h"
#include "domain/verification/verification.h"

namespace linebook {

struct StartVerification {
  Channel channel = Channel::text;
  std::optional<LineId> line = {};  // nothing: the newest of the account that can
  Problems problems = {};
};

struct StartedVerification {
  NumberVerification verification;
  int sends_left = 0;
};

/// The code is on its way, or the decision that stands in its way. not_found for an unknown entry or line;
/// too_many_requests where the number got as many as it may; validation_error where no line can reach it.
using VerificationStart = std::variant<StartedVerification, Decision>;
Result<VerificationStart> start_verification(Transaction&, Context const&, ReachRules const&,
                                             ContactNumberId const&, StartVerification const&);

/// A wrong code costs a check: how many are left.
struct WrongCode {
  int checks_left;
};
using VerificationCheck = std::variant<LinkedContactNumber, WrongCode>;
/// The number, verified. not_found for an unknown entry; expired where no code waits, or it came too late, or
/// the number is another one by now; too_many_requests after too many wrong ones.
Result<VerificationCheck> check_verification(Transaction&, Context const&, ContactNumberId const&,
                                             std::string_view code);

}  // namespace linebook

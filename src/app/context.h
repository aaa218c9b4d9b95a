// What every use case is told beside its command: whose books, on whose behalf, when, and where fresh ids
// come from.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "app/ports/ids.h"
#include "app/ports/secrets.h"
#include "base/id.h"
#include "base/instant.h"
#include "domain/numbers/ten_digits.h"

namespace linebook {

/// The operator's own account at Twilio, which carries pool numbers. In the clear: never kept, logged or
/// told.
struct OperatorTwilio {
  std::string account_sid;
  std::string auth_token;
};

/// Numbers of those whom a patient's record names beside the patient: contacts and related persons. They are
/// other people's, so nobody has them among the patient's own unless the operator says so.
enum class RelatedNumbers { left_out, taken };

/// The operator's settings that rules depend on.
struct Policies {
  NumberPolicy number_policy = NumberPolicy::possible;
  RelatedNumbers related_numbers = RelatedNumbers::left_out;
  std::chrono::days pool_rest{30};  // a number given back to the pool is not given out again before
  std::string public_url = {};      // where carriers reach us; empty: they cannot
  std::optional<OperatorTwilio> operator_twilio = {};
  bool simulator = false;  // a demo: pool numbers that nobody else carries call and text through it
};

struct Context {
  AccountId account;
  std::string actor;       // the API key's id, or "operator"
  std::string request_id;  // "req_…"
  Instant now;
  Ids& ids;
  Secrets& secrets;
  Policies const& policies;
};

/// The same on the books of another account.
inline Context of_account(Context const& ctx, AccountId account) {
  Context own = ctx;
  own.account = account;
  return own;
}

}  // namespace linebook

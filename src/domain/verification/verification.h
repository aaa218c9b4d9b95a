// Proof that a number is answered by whom it belongs to: a code that is sent there and told back. (Spec:
// Verification.)
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "domain/numbers/ten_digits.h"
#include "domain/reach/contact_purpose.h"

namespace linebook {

inline constexpr std::size_t verification_digits = 6;
inline constexpr std::chrono::minutes verification_validity{10};
inline constexpr int max_verification_checks = 5;
inline constexpr int max_sends_an_hour = 3;  // to one number
inline constexpr int max_sends_a_day = 10;

/// One that waits for its code. An entry has one at most: a newer one replaces it.
struct NumberVerification {
  VerificationId id;
  ContactNumberId phone;
  TenDigits number;  // that it was sent to: the entry's, as it was then
  Channel channel = Channel::text;
  std::string code_hash;  // keyed; 32 bytes
  int checks_left = max_verification_checks;
  Instant created_at{};
  Instant expires_at{};
};

/// How many more may be sent now, to a number that got `sends`, of the last day; and when the next may, where
/// none.
struct SendsLeft {
  int count;
  std::optional<Instant> next_at;
};
SendsLeft sends_left(std::vector<Instant> const& sends, Instant now);

/// "•••4455"
std::string masked(TenDigits const&);

}  // namespace linebook

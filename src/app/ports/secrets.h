// Secrets at rest, and the keys that make signatures. All keys derive from one 256-bit master key.
// Any thread. Nothing here ever appears in a log or an error.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/access/api_key.h"

namespace linebook {

enum class MacPurpose { page_token, ledger_seal, token_hash, request_body, verification_code, csrf_token };
using Mac = std::array<std::uint8_t, 32>;

class Secrets {
 public:
  virtual ~Secrets() = default;

  /// A fresh data key for an account, wrapped (encrypted) by the master key: what the accounts table keeps.
  virtual std::string new_wrapped_data_key() = 0;

  /// Encrypts and authenticates `plain` under the account's data key; `context` (account and field) must be
  /// the same on opening, so that a sealed value cannot be moved elsewhere.
  virtual std::string seal(std::string_view wrapped_data_key, std::string_view context,
                           std::string_view plain) = 0;
  /// internal_error when the master key or the context is another one, or the bytes were altered.
  virtual Result<std::string> open(std::string_view wrapped_data_key, std::string_view context,
                                   std::string_view sealed) const = 0;

  /// Keyed BLAKE2b-256 of `bytes`, with a key of its own for each purpose.
  virtual Mac mac(MacPurpose, std::string_view bytes) const = 0;

  /// Identifies the master key without telling it, so that a wrong key is noticed at start.
  virtual std::string fingerprint() const = 0;

  /// 256 random bits in base64url, behind the kind's prefix.
  virtual std::string new_token(TokenKind) = 0;

  /// 256 random bits in base64, with the prefix "whsec_": a new webhook secret (Standard Webhooks).
  virtual std::string new_webhook_secret() = 0;
  /// HMAC-SHA256 of `bytes` in base64, keyed with what the webhook secret says. internal_error where that is
  /// none.
  virtual Result<std::string> sign_for_webhook(std::string_view webhook_secret,
                                               std::string_view bytes) const = 0;
};

}  // namespace linebook

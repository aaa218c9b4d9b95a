// app/ports/secrets.h with libsodium: XChaCha20-Poly1305 for what is kept, keyed BLAKE2b-256 for what is
// signed, a subkey of the master key for every purpose (crypto_kdf). Any thread.
#pragma once

#include <cstdint>

#include "app/ports/secrets.h"
#include "keyring/master_key.h"

namespace linebook {

class SodiumSecrets final : public Secrets {
 public:
  explicit SodiumSecrets(MasterKey const&);

  std::string new_wrapped_data_key() override;
  /// Throws std::runtime_error when the wrapped key belongs to another master key: start-up has checked the
  /// fingerprint, so that would be a bug.
  std::string seal(std::string_view wrapped_data_key, std::string_view context,
                   std::string_view plain) override;
  Result<std::string> open(std::string_view wrapped_data_key, std::string_view context,
                           std::string_view sealed) const override;
  Mac mac(MacPurpose, std::string_view bytes) const override;
  std::string fingerprint() const override;
  std::string new_token(TokenKind) override;
  std::string new_webhook_secret() override;
  Result<std::string> sign_for_webhook(std::string_view webhook_secret,
                                       std::string_view bytes) const override;

 private:
  static constexpr std::size_t key_bytes = 32;
  using Key = LockedBytes<key_bytes>;

  bool unwrap(std::string_view wrapped_data_key, Key& out) const;
  Key const& mac_key(MacPurpose) const;

  Key wrapping_;
  Key page_token_;
  Key ledger_seal_;
  Key token_hash_;
  Key fingerprint_;
  Key request_body_;
  Key verification_code_;
  Key csrf_token_;
};

}  // namespace linebook

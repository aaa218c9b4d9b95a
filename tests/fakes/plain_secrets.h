// Secrets that keep nothing secret: sealing is visible and repeatable, MACs are a plain hash.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/ports/secrets.h"

namespace linebook::fakes {

class PlainSecrets final : public Secrets {
 public:
  std::string new_wrapped_data_key() override { return "key"; }
  std::string seal(std::string_view key, std::string_view context, std::string_view plain) override {
    return std::string(key) + "|" + std::string(context) + "|" + std::string(plain);
  }
  Result<std::string> open(std::string_view key, std::string_view context,
                           std::string_view sealed) const override {
    auto const prefix = std::string(key) + "|" + std::string(context) + "|";
    if (!sealed.starts_with(prefix)) return fail(ErrorCode::internal_error, "sealed elsewhere");
    return std::string(sealed.substr(prefix.size()));
  }
  Mac mac(MacPurpose purpose, std::string_view bytes) const override {
    // FNV-1a, four times over with different starts: enough to tell inputs apart.
    Mac mac{};
    for (std::size_t lane = 0; lane < 4; ++lane) {
      std::uint64_t hash = 14695981039346656037u + lane * 977 + static_cast<std::uint64_t>(purpose);
      for (char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
      for (std::size_t i = 0; i < 8; ++i) mac[lane * 8 + i] = static_cast<std::uint8_t>(hash >> (8 * i));
    }
    return mac;
  }
  std::string fingerprint() const override { return "plain"; }
  std::string new_webhook_secret() override { return "whsec_" + std::to_string(++tokens_); }
  Result<std::string> sign_for_webhook(std::string_view secret, std::string_view bytes) const override {
    return "signed(" + std::string(secret) + "," + std::string(bytes) + ")";
  }
  std::string new_token(TokenKind kind) override {
    auto const number = std::to_string(++tokens_);
    return std::string(token_prefix(kind)) + std::string(42 - number.size(), '0') + number + "A";
  }

 private:
  int tokens_ = 0;
};

}  // namespace linebook::fakes

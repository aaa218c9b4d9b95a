#include "http/codec/page_token.h"

#include <sodium.h>

#include <cstring>

namespace linebook::http {
namespace {

constexpr std::size_t mac_bytes = 16;
constexpr std::size_t time_bytes = 8;
constexpr std::size_t max_token = 1024;
constexpr int base64_variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

std::string big_endian(std::uint64_t n) {
  std::string out(8, '\0');
  for (std::size_t i = 8; i-- > 0; n >>= 8) out[i] = static_cast<char>(n & 0xFF);
  return out;
}

/// Everything the token stands for. The binding is not inside the token: whoever presents it says it again.
Mac mac_of(Secrets const& secrets, AccountId account, std::string_view binding, std::string_view payload) {
  std::string covered = big_endian(static_cast<std::uint64_t>(account.value)) + big_endian(binding.size());
  covered += binding;
  covered += payload;
  return secrets.mac(MacPurpose::page_token, covered);
}

std::unexpected<Error> invalid() {
  return fail(ErrorCode::invalid_page_token,
              "page_token is not one that was issued for this list; start again without it",
              {{"page_token", "is not valid here"}});
}

}  // namespace

std::string PageTokens::make(AccountId account, std::string_view binding, std::string_view cursor,
                             Instant now) const {
  std::string payload = big_endian(static_cast<std::uint64_t>(now.milliseconds)) + std::string(cursor);
  auto const mac = mac_of(secrets_, account, binding, payload);
  std::string bytes(reinterpret_cast<char const*>(mac.data()), mac_bytes);
  bytes += payload;
  std::string text(sodium_base64_encoded_len(bytes.size(), base64_variant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<unsigned char const*>(bytes.data()),
                    bytes.size(), base64_variant);
  text.pop_back();  // the terminating NUL that libsodium counts
  return text;
}

Result<std::string> PageTokens::read(AccountId account, std::string_view binding, std::string_view token,
                                     Instant now) const {
  if (token.size() > max_token) return invalid();
  std::string bytes(token.size(), '\0');
  std::size_t size = 0;
  char const* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), token.data(),
                        token.size(), nullptr, &size, &end, base64_variant) != 0 ||
      end != token.data() + token.size() || size < mac_bytes + time_bytes)
    return invalid();
  bytes.resize(size);
  auto const payload = std::string_view(bytes).substr(mac_bytes);
  auto const mac = mac_of(secrets_, account, binding, payload);
  if (sodium_memcmp(mac.data(), bytes.data(), mac_bytes) != 0) return invalid();

  std::uint64_t issued = 0;
  for (char c : payload.substr(0, time_bytes)) issued = issued << 8 | static_cast<unsigned char>(c);
  if (now - Instant{static_cast<std::int64_t>(issued)} > issued_token_life) {
    return fail(ErrorCode::expired, "page_token is over 30 days old; start again without it",
                {{"page_token", "has expired"}});
  }
  return std::string(payload.substr(time_bytes));
}

}  // namespace linebook::http

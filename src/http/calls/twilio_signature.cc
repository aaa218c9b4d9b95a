#include "http/calls/twilio_signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <set>

#include "http/codec/query_reader.h"

namespace linebook::http {
namespace {

std::string base64(unsigned char const* bytes, std::size_t size) {
  std::string out(4 * ((size + 2) / 3) + 1, '\0');
  auto const written =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes, static_cast<int>(size));
  out.resize(static_cast<std::size_t>(written));
  return out;
}

std::string signature_of(std::string_view auth_token, std::string_view text) {
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  unsigned size = 0;
  HMAC(EVP_sha1(), auth_token.data(), static_cast<int>(auth_token.size()),
       reinterpret_cast<unsigned char const*>(text.data()), text.size(), digest.data(), &size);
  return base64(digest.data(), size);
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

/// "https://host:8443/path" as {"https://host:8443/path", "https://host/path"}; without a port in it, the
/// second is that with the scheme's own port.
std::array<std::string, 2> spellings_of_port(std::string_view url) {
  auto const host = url.find("://") + 3;
  auto const path = std::min(url.find_first_of("/?", host), url.size());
  auto const authority = url.substr(host, path - host);
  auto const colon = authority.rfind(':');
  bool const has_port = colon != authority.npos && authority.find(']', colon) == authority.npos;
  std::string other(url.substr(0, host));
  if (has_port)
    other += authority.substr(0, colon);
  else
    other += std::string(authority) + (url.starts_with("https:") ? ":443" : ":80");
  other += url.substr(path);
  return {std::string(url), std::move(other)};
}

std::string signed_fields(FormBody const& form) {
  std::set<std::pair<std::string_view, std::string_view>> sorted;
  for (auto const& [name, value] : form.fields()) sorted.emplace(name, value);
  std::string text;
  for (auto const& [name, value] : sorted) text.append(name).append(value);
  return text;
}

/// Both are compared whatever the first gives, so that time tells nothing of the address that we expect.
bool fits_either(std::string_view auth_token, std::string_view url, std::string_view fields,
                 std::string_view signature) {
  bool fits = false;
  for (auto& spelling : spellings_of_port(url)) {
    auto const expected = signature_of(auth_token, spelling + std::string(fields));
    fits = equal_in_constant_time(expected, signature) || fits;
  }
  return fits;
}

std::string hex_sha256(std::string_view body) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<unsigned char const*>(body.data()), body.size(), digest.data());
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (auto const byte : digest) text += {digits[byte >> 4], digits[byte & 15]};
  return text;
}

}  // namespace

std::string twilio_signature(std::string_view auth_token, std::string_view url, FormBody const& form) {
  return signature_of(auth_token, std::string(url) + signed_fields(form));
}

bool is_signed_by_twilio(std::string_view auth_token, std::string_view url, FormBody const& form,
                         std::string_view signature) {
  return fits_either(auth_token, url, signed_fields(form), signature);
}

bool is_signed_by_twilio(std::string_view auth_token, std::string_view url, std::string_view body,
                         std::string_view signature) {
  auto const question = std::min(url.find('?'), url.size());
  QueryReader query(question < url.size() ? url.substr(question + 1) : std::string_view());
  auto const told = query.text("bodySHA256").value_or("");
  bool const same_body = equal_in_constant_time(told, hex_sha256(body));
  return fits_either(auth_token, url, {}, signature) && same_body;
}

}  // namespace linebook::http

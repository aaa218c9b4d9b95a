#include "keyring/sodium_secrets.h"

#include <array>
#include <stdexcept>
#include <utility>

namespace linebook {
namespace {

constexpr char kdf_context[crypto_kdf_CONTEXTBYTES + 1] = "linebook";

// Numbers of subkeys. They are part of the format of every database: never renumber, never reuse.
enum class Subkey : std::uint64_t {
  wrapping = 1,
  page_token = 2,
  ledger_seal = 3,
  token_hash = 4,
  fingerprint = 5,
  request_body = 6,
  verification_code = 7,
  csrf_token = 8
};

// A box is this byte, a random nonce, then ciphertext and tag.
constexpr char box_version = 1;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t box_overhead = 1 + nonce_bytes + tag_bytes;
constexpr std::string_view wrapping_context = "linebook data key";
constexpr std::size_t token_random_bytes = 32;
constexpr std::string_view webhook_secret_prefix = "whsec_";

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
unsigned char const* bytes_of(std::string_view text) {
  return reinterpret_cast<unsigned char const*>(text.data());
}

void derive(MasterKey const& master, Subkey which, LockedBytes<32>& out) {
  crypto_kdf_derive_from_key(out.data(), 32, std::to_underlying(which), kdf_context, master.bytes().data());
}

std::string box(LockedBytes<32> const& key, std::string_view context, unsigned char const* plain,
                std::size_t size) {
  std::string out(box_overhead + size, '\0');
  out[0] = box_version;
  auto* nonce = bytes_of(out) + 1;
  randombytes_buf(nonce, nonce_bytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + nonce_bytes, nullptr, plain, size, bytes_of(context),
                                             context.size(), nullptr, nonce, key.data());
  return out;
}

/// `out` has room for the box's size less box_overhead. False when anything is not as it was boxed.
bool unbox(LockedBytes<32> const& key, std::string_view context, std::string_view boxed, unsigned char* out) {
  if (boxed.size() < box_overhead || boxed[0] != box_version) return false;
  auto const* nonce = bytes_of(boxed) + 1;
  return crypto_aead_xchacha20poly1305_ietf_decrypt(out, nullptr, nullptr, nonce + nonce_bytes,
                                                    boxed.size() - 1 - nonce_bytes, bytes_of(context),
                                                    context.size(), nonce, key.data()) == 0;
}

}  // namespace

SodiumSecrets::SodiumSecrets(MasterKey const& master) {
  static_assert(crypto_kdf_KEYBYTES == MasterKey::size &&
                crypto_aead_xchacha20poly1305_ietf_KEYBYTES == key_bytes);
  derive(master, Subkey::wrapping, wrapping_);
  derive(master, Subkey::page_token, page_token_);
  derive(master, Subkey::ledger_seal, ledger_seal_);
  derive(master, Subkey::token_hash, token_hash_);
  derive(master, Subkey::fingerprint, fingerprint_);
  derive(master, Subkey::request_body, request_body_);
  derive(master, Subkey::verification_code, verification_code_);
  derive(master, Subkey::csrf_token, csrf_token_);
}

std::string SodiumSecrets::new_wrapped_data_key() {
  Key key;
  randombytes_buf(key.data(), key_bytes);
  return box(wrapping_, wrapping_context, key.data(), key_bytes);
}

bool SodiumSecrets::unwrap(std::string_view wrapped, Key& out) const {
  return wrapped.size() == box_overhead + key_bytes &&
         unbox(wrapping_, wrapping_context, wrapped, out.data());
}

std::string SodiumSecrets::seal(std::string_view wrapped_data_key, std::string_view context,
                                std::string_view plain) {
  Key key;
  if (!unwrap(wrapped_data_key, key))
    throw std::runtime_error("an account's data key was not made with this master key");
  return box(key, context, bytes_of(plain), plain.size());
}

Result<std::string> SodiumSecrets::open(std::string_view wrapped_data_key, std::string_view context,
                                        std::string_view sealed) const {
  Key key;
  if (!unwrap(wrapped_data_key, key) || sealed.size() < box_overhead)
    return fail(ErrorCode::internal_error, "a stored secret cannot be opened with this master key");
  std::string plain(sealed.size() - box_overhead, '\0');
  if (!unbox(key, context, sealed, bytes_of(plain)))
    return fail(ErrorCode::internal_error, "a stored secret cannot be opened with this master key");
  return plain;
}

SodiumSecrets::Key const& SodiumSecrets::mac_key(MacPurpose purpose) const {
  switch (purpose) {
    case MacPurpose::page_token:
      return page_token_;
    case MacPurpose::ledger_seal:
      return ledger_seal_;
    case MacPurpose::token_hash:
      return token_hash_;
    case MacPurpose::request_body:
      return request_body_;
    case MacPurpose::verification_code:
      return verification_code_;
    case MacPurpose::csrf_token:
      return csrf_token_;
  }
  throw std::logic_error("unknown MAC purpose");
}

Mac SodiumSecrets::mac(MacPurpose purpose, std::string_view bytes) const {
  Mac out;
  crypto_generichash(out.data(), out.size(), bytes_of(bytes), bytes.size(), mac_key(purpose).data(),
                     key_bytes);
  return out;
}

std::string SodiumSecrets::fingerprint() const {
  std::array<unsigned char, 16> digest;
  crypto_generichash(digest.data(), digest.size(), nullptr, 0, fingerprint_.data(), key_bytes);
  std::array<char, 2 * digest.size() + 1> hex;
  sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
  return hex.data();
}

std::string SodiumSecrets::new_token(TokenKind kind) {
  std::array<unsigned char, token_random_bytes> random;
  randombytes_buf(random.data(), random.size());
  constexpr auto variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::array<char, sodium_base64_ENCODED_LEN(token_random_bytes, variant)> text;
  sodium_bin2base64(text.data(), text.size(), random.data(), random.size(), variant);
  auto token = std::string(token_prefix(kind)) + text.data();
  sodium_memzero(random.data(), random.size());
  sodium_memzero(text.data(), text.size());
  return token;
}

std::string SodiumSecrets::new_webhook_secret() {
  std::array<unsigned char, token_random_bytes> random;
  randombytes_buf(random.data(), random.size());
  std::array<char, sodium_base64_ENCODED_LEN(token_random_bytes, sodium_base64_VARIANT_ORIGINAL)> text;
  sodium_bin2base64(text.data(), text.size(), random.data(), random.size(), sodium_base64_VARIANT_ORIGINAL);
  auto secret = std::string(webhook_secret_prefix) + text.data();
  sodium_memzero(random.data(), random.size());
  sodium_memzero(text.data(), text.size());
  return secret;
}

Result<std::string> SodiumSecrets::sign_for_webhook(std::string_view secret, std::string_view bytes) const {
  std::array<unsigned char, 64> key;
  std::size_t key_size = 0;
  if (secret.starts_with(webhook_secret_prefix)) secret.remove_prefix(webhook_secret_prefix.size());
  if (sodium_base642bin(key.data(), key.size(), secret.data(), secret.size(), nullptr, &key_size, nullptr,
                        sodium_base64_VARIANT_ORIGINAL) != 0)
    return fail(ErrorCode::internal_error, "a webhook secret is none");
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key.data(), key_size);
  crypto_auth_hmacsha256_update(&state, bytes_of(bytes), bytes.size());
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> digest;
  crypto_auth_hmacsha256_final(&state, digest.data());
  sodium_memzero(key.data(), key.size());
  sodium_memzero(&state, sizeof state);
  std::array<char, sodium_base64_ENCODED_LEN(digest.size(), sodium_base64_VARIANT_ORIGINAL)> text;
  sodium_bin2base64(text.data(), text.size(), digest.data(), digest.size(), sodium_base64_VARIANT_ORIGINAL);
  return std::string(text.data());
}

}  // namespace linebook

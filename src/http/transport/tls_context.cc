#include "http/transport/tls_context.h"

#include <openssl/err.h>

#include <string>
#include <string_view>

namespace linebook::http {
namespace {

std::unexpected<Error> openssl_refused(std::string what) {
  char reason[256] = "no reason given";
  if (auto const code = ERR_get_error(); code != 0) ERR_error_string_n(code, reason, sizeof reason);
  ERR_clear_error();
  return fail(ErrorCode::validation_error, std::move(what) + ": " + reason);
}

/// RFC 7301: we speak HTTP/1.1 only. A client that offers something else alone goes on without agreement.
int choose_protocol(SSL*, unsigned char const** chosen, unsigned char* chosen_length,
                    unsigned char const* offered, unsigned int offered_length, void*) {
  static constexpr unsigned char spoken[] = "\x08http/1.1";
  auto const outcome = SSL_select_next_proto(const_cast<unsigned char**>(chosen), chosen_length, spoken,
                                             sizeof spoken - 1, offered, offered_length);
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

Result<TlsContext> load_tls(TlsFiles const& files) {
  ERR_clear_error();
  TlsContext context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) return openssl_refused("cannot set up TLS");
  auto* const raw = context.get();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                               SSL_OP_PRIORITIZE_CHACHA);
  // Forward secrecy and authenticated encryption only; TLS 1.3 suites are all of that kind.
  if (SSL_CTX_set_cipher_list(raw, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1)
    return openssl_refused("cannot choose TLS ciphers");
  // Buffers are let go while a connection is idle, and an answer may be written piece by piece from a moved
  // buffer.
  SSL_CTX_set_mode(
      raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
  if (SSL_CTX_use_certificate_chain_file(raw, files.certificate.c_str()) != 1) {
    return openssl_refused("cannot use the certificate file " + files.certificate);
  }
  if (SSL_CTX_use_PrivateKey_file(raw, files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return openssl_refused("cannot use the key file " + files.key);
  }
  if (SSL_CTX_check_private_key(raw) != 1) {
    return openssl_refused("the key " + files.key + " does not belong to the certificate " +
                           files.certificate);
  }
  return context;
}

}  // namespace linebook::http

// A connected socket, plain or TLS, read and written without blocking: every operation does what it can at
// once and says what to wait for. Nothing is buffered here, so an idle plain connection holds no memory for
// I/O. Belongs to one I/O thread, which must have SIGPIPE blocked (OpenSSL writes without MSG_NOSIGNAL).
#pragma once

#include <openssl/ssl.h>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <span>
#include <string_view>

#include "http/transport/tls_context.h"

namespace linebook::http {

using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;

struct Transfer {
  enum class Outcome { done, wait_read, wait_write, closed };
  Outcome outcome = Outcome::done;
  std::size_t bytes = 0;
};

class Channel {
 public:
  Channel(Socket socket, TlsContext const& tls);  // no context: plain text

  bool is_tls() const { return ssl_ != nullptr; }
  Transfer handshake();
  Transfer read(std::span<char>);
  Transfer write(std::string_view);
  /// Reads and drops what the client still sends, below TLS.
  Transfer discard(std::span<char> scratch);
  /// Decrypted bytes wait inside OpenSSL, so the socket may never become readable for them.
  bool has_buffered() const { return ssl_ && SSL_pending(ssl_.get()) > 0; }

  void finish_sending();  // TLS close_notify, then TCP FIN; reading goes on
  void close();

  Socket& socket() { return socket_; }

 private:
  struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  Transfer outcome_of(int result);

  Socket socket_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
};

}  // namespace linebook::http

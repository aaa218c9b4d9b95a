// The HTTP/1.1 server: listeners, I/O threads, limits and deadlines. See exchange.h for who answers.
//
// Threading: one io_context per I/O thread, each with its own SO_REUSEPORT acceptor; a connection stays on
// its thread. Bounds: every one has a name in Limits. Sources: RFC 9110, RFC 9112.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/transport/exchange.h"

namespace linebook::http {

struct Limits {
  std::size_t header_bytes = 16 * 1024;
  std::size_t body_bytes = 1024 * 1024;
  std::chrono::milliseconds header_deadline{10'000};
  std::chrono::milliseconds body_deadline{60'000};
  std::size_t body_bytes_per_second = 1024;  // minimum rate, after the first 5 s of a body
  std::chrono::milliseconds idle{75'000};
  std::chrono::milliseconds write_deadline{30'000};  // a client that does not take its answer
  std::size_t connections = 20'000;                  // over all threads; one more is told 503 and closed
  std::size_t pipelined = 64;                        // answers gathered into one write
  std::size_t refusals = 256;                  // connections over the limit that are told so at one time
  std::chrono::milliseconds linger{5'000};     // after a last answer, for the client to read it; what it
  std::size_t linger_bytes = 4 * 1024 * 1024;  // still sends meanwhile is dropped, up to this much
};

struct TlsFiles {
  std::string certificate;  // PEM chain
  std::string key;          // PEM
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  // 0 picks one; Server::port() tells
  unsigned threads = 1;
  Limits limits = {};
  std::vector<std::string> trusted_proxies = {};  // CIDRs whose X-Forwarded-For / -Proto are believed
  std::unique_ptr<TlsFiles> tls = nullptr;        // nothing: plain text
  /// A TCP socket that listens already, instead of one made at `address` and `port`; the server closes it.
  int listening_socket = -1;
};

/// Counters for metrics; relaxed, readable from any thread.
struct ServerCounters {
  std::atomic<std::uint64_t> connections_open{0};
  std::atomic<std::uint64_t> connections_accepted{0};
  std::atomic<std::uint64_t> connections_refused{0};
};

class Server {
 public:
  /// Binds and listens, and says in words why it cannot (address in use, bad certificate, bad CIDR).
  static Result<std::unique_ptr<Server>> listen(ServerOptions, Handler&);
  virtual ~Server() = default;

  virtual std::uint16_t port() const = 0;
  /// Starts the I/O threads and returns.
  virtual void start() = 0;
  /// Stops accepting, closes idle connections, answers what runs, refuses new requests on open connections
  /// with 503; returns when all are closed or `patience` is over (then cuts the rest). Threads are joined.
  virtual void drain(std::chrono::milliseconds patience) = 0;
  /// Reads the certificate files again; new connections use them. On failure the old ones stay.
  virtual Result<void> reload_tls() = 0;
  virtual ServerCounters const& counters() const = 0;
  /// When each I/O thread had last been round to what it has to do by itself: the longest ago of these.
  /// Running threads come round four times a second, however busy. Any thread.
  virtual std::chrono::steady_clock::time_point last_round() const = 0;
};

/// "127.0.0.1:8080" or "[::1]:8080" into its parts.
Result<std::pair<std::string, std::uint16_t>> parse_listen_address(std::string_view);

}  // namespace linebook::http

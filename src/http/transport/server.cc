#include "http/transport/server.h"

#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <boost/asio/ip/v6_only.hpp>
#include <cerrno>
#include <charconv>
#include <ranges>
#include <system_error>
#include <thread>
#include <utility>

#include "http/transport/io_thread.h"

namespace linebook::http {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using ReusePort = boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr int listen_backlog = 4096;  // a burst that is not accepted at once must not wait for its next try
constexpr auto drain_poll = 2ms;

std::string listen_name(tcp::endpoint const& endpoint) {
  auto const address = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(endpoint.port());
}

enum class PortSharing { none, with_own_threads };

/// Bound, not yet listening.
Result<Acceptor> bind_to(boost::asio::io_context& context, tcp::endpoint const& endpoint,
                         PortSharing sharing) {
  boost::system::error_code problem;
  Acceptor acceptor(context.get_executor());
  acceptor.open(endpoint.protocol(), problem);
  if (!problem) acceptor.set_option(tcp::acceptor::reuse_address(true), problem);
  if (!problem && endpoint.address().is_v6()) acceptor.set_option(boost::asio::ip::v6_only(false), problem);
  if (!problem && sharing == PortSharing::with_own_threads) acceptor.set_option(ReusePort(true), problem);
  if (!problem) acceptor.bind(endpoint, problem);
  if (problem) {
    return fail(ErrorCode::unavailable,
                "cannot listen on " + listen_name(endpoint) + ": " + problem.message());
  }
  return acceptor;
}

/// SO_REUSEPORT would let a second server of the same user take half of our clients: a bind without it finds
/// out whether the port is free.
Result<void> prove_free(tcp::endpoint const& endpoint) {
  boost::asio::io_context context;
  auto const probe = bind_to(context, endpoint, PortSharing::none);
  if (!probe) return fail(probe.error());
  return {};
}

Result<tcp::endpoint> endpoint_of(ServerOptions const& options) {
  boost::system::error_code problem;
  auto const text = options.address == "localhost" ? std::string("127.0.0.1") : options.address;
  auto const address = boost::asio::ip::make_address(text, problem);
  if (problem) {
    return fail(ErrorCode::validation_error, "cannot listen on '" + options.address +
                                                 "': an IP address is needed, such as 127.0.0.1 or ::");
  }
  return tcp::endpoint(address, options.port);
}

/// One that was handed over; closed with this.
class ListeningSocket {
 public:
  explicit ListeningSocket(int fd) : fd_(fd) {}
  ListeningSocket(ListeningSocket const&) = delete;
  ListeningSocket& operator=(ListeningSocket const&) = delete;
  ~ListeningSocket() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const { return fd_; }
  bool is_v6() const {
    int family = AF_INET;
    socklen_t size = sizeof family;
    ::getsockopt(fd_, SOL_SOCKET, SO_DOMAIN, &family, &size);
    return family == AF_INET6;
  }

 private:
  int fd_;
};

std::unexpected<Error> not_taken_over(std::string const& why) {
  return fail(ErrorCode::unavailable, "cannot take over the socket that was handed over: " + why);
}

class TcpServer final : public Server {
 public:
  TcpServer(ServerOptions const& options, TrustedProxies proxies, Handler& handler)
      : service_(options.limits, std::move(proxies), handler) {
    if (options.tls) tls_files_ = std::make_unique<TlsFiles>(*options.tls);
    for (unsigned i = 0; i < std::max(1U, options.threads); ++i) {
      threads_.push_back(std::make_shared<IoThread>(service_));
    }
  }
  ~TcpServer() override { drain(0ms); }

  Result<void> prepare_tls() {
    if (!tls_files_) return {};
    auto context = load_tls(*tls_files_);
    if (!context) return fail(context.error());
    for (auto const& thread : threads_) thread->use_tls(*context);
    return {};
  }

  Result<void> open(tcp::endpoint endpoint) {
    if (endpoint.port() != 0) {
      if (auto free = prove_free(endpoint); !free) return free;
    }
    for (auto const& thread : threads_) {
      auto acceptor = bind_to(thread->context(), endpoint, PortSharing::with_own_threads);
      if (!acceptor) return fail(acceptor.error());
      boost::system::error_code problem;
      acceptor->listen(listen_backlog, problem);
      if (problem) {
        return fail(ErrorCode::unavailable,
                    "cannot listen on " + listen_name(endpoint) + ": " + problem.message());
      }
      endpoint = acceptor->local_endpoint();  // port 0 was settled by the first
      thread->listen(std::move(*acceptor));
    }
    port_ = endpoint.port();
    return {};
  }

  /// Every thread accepts from the one socket.
  Result<void> take_over(ListeningSocket const& socket) {
    for (auto const& thread : threads_) {
      Acceptor acceptor(thread->context().get_executor());
      auto const copy = ::fcntl(socket.fd(), F_DUPFD_CLOEXEC, 0);
      if (copy < 0) return not_taken_over(std::system_category().message(errno));
      boost::system::error_code problem;
      acceptor.assign(socket.is_v6() ? tcp::v6() : tcp::v4(), copy, problem);
      if (problem) {
        ::close(copy);
        return not_taken_over(problem.message());
      }
      port_ = acceptor.local_endpoint(problem).port();
      if (problem) return not_taken_over(problem.message());
      thread->listen(std::move(acceptor));
    }
    return {};
  }

  std::uint16_t port() const override { return port_; }

  void start() override {
    if (std::exchange(is_running_, true)) return;
    for (auto const& thread : threads_) thread->start();
  }

  void drain(std::chrono::milliseconds patience) override {
    if (!std::exchange(is_running_, false)) return;
    auto const give_up = SteadyClock::now() + patience;
    for (auto const& thread : threads_) thread->begin_drain();
    auto const all_finished = [this] { return std::ranges::all_of(threads_, &IoThread::has_finished); };
    while (!all_finished() && SteadyClock::now() < give_up) std::this_thread::sleep_for(drain_poll);
    for (auto const& thread : threads_) thread->cut_and_join();
  }

  Result<void> reload_tls() override {
    if (!tls_files_) return fail(ErrorCode::invalid_parameter, "this listener speaks plain HTTP");
    auto context = load_tls(*tls_files_);
    if (!context) return fail(context.error());
    for (auto const& thread : threads_) {
      thread->post([thread = thread.get(), fresh = *context] { thread->use_tls(fresh); });
    }
    return {};
  }

  ServerCounters const& counters() const override { return service_.counters; }

  SteadyClock::time_point last_round() const override {
    auto const rounds = threads_ | std::views::transform([](auto const& t) { return t->last_round(); });
    return std::ranges::min(rounds);
  }

 private:
  Service service_;
  std::unique_ptr<TlsFiles> tls_files_;
  std::vector<std::shared_ptr<IoThread>> threads_;
  std::uint16_t port_ = 0;
  bool is_running_ = false;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::listen(ServerOptions options, Handler& handler) {
  ListeningSocket const handed_over(options.listening_socket);
  auto const endpoint = endpoint_of(options);
  if (!endpoint) return fail(endpoint.error());
  auto proxies = TrustedProxies::parse(options.trusted_proxies);
  if (!proxies) return fail(proxies.error());
  auto server = std::make_unique<TcpServer>(options, std::move(*proxies), handler);
  if (auto prepared = server->prepare_tls(); !prepared) return fail(prepared.error());
  auto const opened = handed_over.fd() >= 0 ? server->take_over(handed_over) : server->open(*endpoint);
  if (!opened) return fail(opened.error());
  return server;
}

Result<std::pair<std::string, std::uint16_t>> parse_listen_address(std::string_view text) {
  auto const refused = [&] {
    return fail(ErrorCode::validation_error,
                "'" + std::string(text) + "' is not a listen address such as 127.0.0.1:8080 or [::1]:8080");
  };
  auto const colon = text.rfind(':');
  if (colon == text.npos) return refused();
  auto host = text.substr(0, colon);
  bool const is_bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (is_bracketed) host = host.substr(1, host.size() - 2);
  boost::system::error_code problem;
  auto const address = boost::asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, problem);
  if (problem || address.is_v6() != is_bracketed) return refused();

  auto const digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  auto const [end, outcome] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (digits.empty() || outcome != std::errc() || end != digits.data() + digits.size()) return refused();
  return std::pair(address.to_string(), port);
}

}  // namespace linebook::http

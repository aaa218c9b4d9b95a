// A server on a loopback port that answers HTTP/1.1 requests as a test tells it to, keeps connections open,
// and counts. One thread.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace linebook::fakes {

class HttpStandIn {
 public:
  struct Request {
    std::string head;  // the request line and the headers
    std::string body;
    int on_connection = 0;  // which one, from 1
    int of_connection = 0;  // the how manieth there, from 1
  };
  enum class Then { keep, close, hold };  // hold: never answered, and the connection stays
  struct Answer {
    std::string text;  // the whole of it
    Then then = Then::keep;
  };
  using Handle = std::function<Answer(Request const&)>;

  static Answer json(std::string const& body, std::string const& status = "200 OK",
                     std::string const& headers = {}) {
    return {"HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\n" + headers +
            "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body};
  }

  explicit HttpStandIn(Handle handle) : handle_(std::move(handle)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_, 1024);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~HttpStandIn() {
    stopping_ = true;
    thread_.join();
    ::close(listener_);
  }
  HttpStandIn(HttpStandIn const&) = delete;
  HttpStandIn& operator=(HttpStandIn const&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int requests() const { return requests_; }
  int connections() const { return connections_; }

 private:
  struct Connection {
    int id = 0;
    int requests = 0;
    std::string received;
  };

  void run() {
    std::map<int, Connection> open;
    while (!stopping_) {
      std::vector<pollfd> watched{{listener_, POLLIN, 0}};
      for (auto const& [socket, connection] : open) watched.push_back({socket, POLLIN, 0});
      ::poll(watched.data(), watched.size(), 20);
      if ((watched[0].revents & POLLIN) != 0) {
        int const socket = ::accept(listener_, nullptr, nullptr);
        open[socket].id = ++connections_;
      }
      for (std::size_t i = 1; i < watched.size(); ++i) {
        if (watched[i].revents == 0 || serve(watched[i].fd, open[watched[i].fd])) continue;
        ::close(watched[i].fd);
        open.erase(watched[i].fd);
      }
    }
    for (auto const& [socket, connection] : open) ::close(socket);
  }

  /// False when the connection is to be closed.
  bool serve(int socket, Connection& connection) {
    char buffer[64 * 1024];
    auto const got = ::recv(socket, buffer, sizeof buffer, 0);
    if (got <= 0) return false;
    auto& received = connection.received;
    received.append(buffer, static_cast<std::size_t>(got));
    for (;;) {
      auto const end = received.find("\r\n\r\n");
      if (end == received.npos) return true;
      std::size_t length = 0;
      if (auto const at = received.find("Content-Length: "); at < end)
        length = std::stoul(received.substr(at + 16));
      if (received.size() < end + 4 + length) return true;
      ++requests_;
      auto const answer = handle_(
          {received.substr(0, end), received.substr(end + 4, length), connection.id, ++connection.requests});
      received.erase(0, end + 4 + length);
      if (answer.then == Then::hold) continue;
      if (!answer.text.empty()) ::send(socket, answer.text.data(), answer.text.size(), MSG_NOSIGNAL);
      if (answer.then == Then::close) return false;
    }
  }

  Handle handle_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> requests_{0};
  std::atomic<int> connections_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace linebook::fakes

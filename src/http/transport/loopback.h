// For the tests of this folder: a server on a loopback port with a handler told what to do, and a blocking
// client that speaks bytes.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http/transport/server.h"

namespace linebook::http::loopback {

using namespace std::chrono_literals;

/// A blocking TCP client; every read gives up after ten seconds.
class Client {
 public:
  Client() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    timeval const patience{10, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  explicit Client(std::uint16_t port) : Client() { connect(port); }
  Client(Client&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  Client& operator=(Client&&) = delete;
  ~Client() { close(); }

  bool connect(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  int socket() const { return socket_; }
  void close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }

  /// False when the server is gone.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      auto const sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// One answer, head and body; a shorter text when the connection ends, "<reset>" or "<timeout>" added if it
  /// broke.
  std::string read_answer() {
    while (received_.find("\r\n\r\n") == received_.npos) {
      if (!read_more()) return std::exchange(received_, {});
    }
    auto const head_end = received_.find("\r\n\r\n") + 4;
    std::size_t length = 0;
    if (auto const at = received_.find("Content-Length: "); at < head_end)
      length = std::stoul(received_.substr(at + 16));
    while (received_.size() < head_end + length) {
      if (!read_more()) return std::exchange(received_, {});
    }
    auto answer = received_.substr(0, head_end + length);
    received_.erase(0, head_end + length);
    return answer;
  }

  /// Everything until the server closes.
  std::string read_to_end() {
    while (read_more()) continue;
    return std::exchange(received_, {});
  }

  std::string exchange(std::string_view request) {
    send(request);
    return read_answer();
  }

 private:
  bool read_more() {
    char buffer[16 * 1024];
    auto const got = ::recv(socket_, buffer, sizeof buffer, 0);
    if (got < 0) received_ += errno == EAGAIN ? "<timeout>" : "<reset>";
    if (got <= 0) return false;
    received_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }

  int socket_;
  std::string received_;
};

/// Answers with what the request was, unless told otherwise; refusals name the error.
class RecordingHandler : public Handler {
 public:
  std::function<std::optional<Response>(Request const&)> on_admit = [](Request const&) {
    return std::nullopt;
  };
  std::function<void(Request const&, Reply)> on_handle = [](Request const& request, Reply reply) {
    reply({200, "Content-Type: text/plain\r\n",
           std::string(request.method) + " " + std::string(request.target) + " " + std::string(request.body),
           false});
  };

  /// Asked first, where it is set: true when it has postponed.
  std::function<bool(Request const&, Postponement&)> on_postpone;

  std::optional<Response> admit(Request const& request, std::unique_ptr<Attachment>&,
                                Postponement& postponement) override {
    if (on_postpone && on_postpone(request, postponement)) return std::nullopt;
    return on_admit(request);
  }
  void handle(Request const& request, Attachment*, Reply reply) override {
    on_handle(request, std::move(reply));
  }
  Response refuse(Request const&, std::unique_ptr<Attachment>&, Error const& error) override {
    return {status_of(error.code), "Content-Type: text/plain\r\n", error.message, false};
  }
  void answered(Request const&, Attachment*, int status, std::size_t,
                std::chrono::steady_clock::duration) override {
    std::lock_guard const lock(mutex_);
    statuses_.push_back(status);
  }
  void tick() override { ++ticks; }

  std::vector<int> statuses() {
    std::lock_guard const lock(mutex_);
    return statuses_;
  }
  std::atomic<int> ticks{0};

 private:
  static int status_of(ErrorCode code) {
    switch (code) {
      case ErrorCode::invalid_request:
        return 400;
      case ErrorCode::request_timeout:
        return 408;
      case ErrorCode::payload_too_large:
        return 413;
      case ErrorCode::header_too_large:
        return 431;
      case ErrorCode::overloaded:
        return 503;
      default:
        return 500;
    }
  }

  std::mutex mutex_;
  std::vector<int> statuses_;
};

/// Replies given away by a handler, to be answered when the test says so.
class HeldReplies {
 public:
  void hold(Reply reply) {
    std::lock_guard const lock(mutex_);
    replies_.push_back(std::move(reply));
    arrived_.notify_all();
  }
  /// Waits for the next one; an empty Reply after ten seconds.
  Reply take() {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, 10s, [this] { return !replies_.empty(); })) return {};
    auto reply = std::move(replies_.front());
    replies_.pop_front();
    return reply;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Reply> replies_;
};

/// True once `holds` does, false after ten seconds.
template <class Condition>
bool eventually(Condition holds) {
  for (auto const give_up = std::chrono::steady_clock::now() + 10s;
       std::chrono::steady_clock::now() < give_up;) {
    if (holds()) return true;
    std::this_thread::sleep_for(2ms);
  }
  return holds();
}

inline std::string get(std::string_view target, std::string_view more_headers = "") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" + std::string(more_headers) + "\r\n";
}

inline std::string post(std::string_view target, std::string_view body, std::string_view more_headers = "") {
  return "POST " + std::string(target) +
         " HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(more_headers) + "\r\n" + std::string(body);
}

inline std::string body_of(std::string_view answer) {
  auto const end = answer.find("\r\n\r\n");
  return end == answer.npos ? "<no body>" : std::string(answer.substr(end + 4));
}

/// A running server; the handler and the options may be changed before start().
class ServerTest : public testing::Test {
 protected:
  void start() {
    options.port = 0;
    auto listening = Server::listen(std::move(options), handler);
    ASSERT_TRUE(listening) << listening.error().message;
    server = std::move(*listening);
    server->start();
  }
  Client connect() { return Client(server->port()); }
  bool eventually_no_connections() {
    return eventually([this] { return server->counters().connections_open == 0; });
  }

  RecordingHandler handler;
  ServerOptions options;
  std::unique_ptr<Server> server;
};

}  // namespace linebook::http::loopback

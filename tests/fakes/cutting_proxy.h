// Stands between a store and its PostgreSQL server, on a unix socket of its own, and cuts a connection at a
// chosen point of the conversation. One cut, then it only passes on.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fakes/temporary_directory.h"

namespace linebook::fakes {

class CuttingProxy {
 public:
  enum class Cut {
    nothing,
    before_commit,         // the server never gets the batch's last statements
    after_commit,          // it commits, but its answer is lost
    before_a_late_commit,  // the client is cut off at once; the server gets the last statements by
                           // deliver_late()
  };

  explicit CuttingProxy(std::string server_socket) : server_socket_(std::move(server_socket)) {
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto const address = address_of(directory_.file(".s.PGSQL.5432"));
    if (::bind(listener_, reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0 ||
        ::listen(listener_, 64) != 0)
      throw std::runtime_error("the proxy cannot listen");
    accepting_ = std::thread([this] { accept_all(); });
  }
  ~CuttingProxy() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    for (auto& thread : conversations_) thread.join();
    ::close(listener_);
    if (late_server_ >= 0) ::close(late_server_);
  }

  std::string const& socket_directory() const { return directory_.path(); }
  /// Of the next batch that changes something.
  void cut(Cut where) { cut_ = where; }
  bool has_cut() const { return cut_ == Cut::nothing; }
  /// Sends on what was held back; tells what the server said to it.
  std::string deliver_late() {
    std::scoped_lock lock(late_mutex_);
    send_all(late_server_, late_bytes_);
    std::string answer;
    char buffer[8192];
    while (answer.find('Z') == answer.npos || !answer.ends_with('E')) {
      pollfd ready{late_server_, POLLIN, 0};
      if (::poll(&ready, 1, 3000) <= 0) break;
      auto const size = ::read(late_server_, buffer, sizeof buffer);
      if (size <= 0) break;
      answer.append(buffer, static_cast<std::size_t>(size));
    }
    return answer;
  }

 private:
  // The statement that each changing batch's last ones begin with.
  static constexpr char const* last_statements = "insert_commit_marker";

  static sockaddr_un address_of(std::string const& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    return address;
  }
  static void send_all(int to, std::string_view bytes) {
    while (!bytes.empty()) {
      auto const sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  void accept_all() {
    while (!stopping_) {
      int const client = ::accept(listener_, nullptr, nullptr);
      if (client < 0) continue;
      conversations_.emplace_back([this, client] { converse(client); });
    }
  }

  void converse(int client) {
    int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto const address = address_of(server_socket_);
    bool answers_are_lost = false;
    char buffer[65536];
    if (::connect(server, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0) {
      while (!stopping_) {
        pollfd ends[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
        if (::poll(ends, 2, 50) <= 0) continue;
        if (ends[1].revents != 0) {
          auto const size = ::read(server, buffer, sizeof buffer);
          if (size <= 0) break;
          std::string_view const bytes(buffer, static_cast<std::size_t>(size));
          if (!answers_are_lost) send_all(client, bytes);
          if (answers_are_lost && bytes.find("COMMIT") != bytes.npos) break;
        }
        if (ends[0].revents != 0) {
          auto const size = ::read(client, buffer, sizeof buffer);
          if (size <= 0) break;
          std::string_view const bytes(buffer, static_cast<std::size_t>(size));
          if (cut_ != Cut::nothing && bytes.find(last_statements) != bytes.npos) {
            auto const where = cut_.exchange(Cut::nothing);
            if (where == Cut::before_commit) break;
            if (where == Cut::before_a_late_commit) {
              std::scoped_lock lock(late_mutex_);
              late_server_ = std::exchange(server, -1);
              late_bytes_ = bytes;
              break;
            }
            answers_are_lost = true;
          }
          send_all(server, bytes);
        }
      }
    }
    ::close(client);
    if (server >= 0) ::close(server);
  }

  TemporaryDirectory directory_;
  std::string const server_socket_;
  int listener_ = -1;
  std::atomic<Cut> cut_{Cut::nothing};
  std::atomic<bool> stopping_{false};
  std::thread accepting_;
  std::vector<std::thread> conversations_;
  std::mutex late_mutex_;
  int late_server_ = -1;
  std::string late_bytes_;
};

}  // namespace linebook::fakes

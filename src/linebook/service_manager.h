// The service manager that started this process, where one did (systemd): the sockets that it hands over,
// what it is told, and its watchdog. Without one, all of it does nothing.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "app/ports/store.h"
#include "base/result.h"

namespace linebook {

/// A TCP socket that listens already; closed by whoever takes it over.
struct HandedSocket {
  int fd = -1;
  std::string address;  // "[::]:443"
};

/// sd_listen_fds(3).
struct HandedSockets {
  std::optional<HandedSocket> api;
  std::optional<HandedSocket> metrics;  // the one whose FileDescriptorName is "metrics"

  /// Takes what the environment tells out of it: nobody whom this process starts is meant. Before any thread
  /// is started. Refuses, in words, what cannot be served.
  static Result<HandedSockets> take();
};

// sd_notify(3).
void tell_ready(std::string_view status);
void tell_reloading();
void tell_stopping();

/// Tells the manager's watchdog, from a thread of its own, that there is progress: each time that every I/O
/// thread has been round, and the writer has answered a job that changes nothing. A database that is away or
/// a full disk is an answer: a new process would find the same.
class Watchdog {
 public:
  using LastRound = std::function<std::chrono::steady_clock::time_point()>;

  /// Does nothing where nobody watches.
  Watchdog(Store&, LastRound, std::string serving);
  ~Watchdog();
  Watchdog(Watchdog const&) = delete;
  Watchdog& operator=(Watchdog const&) = delete;

 private:
  void watch(std::chrono::microseconds deadline);
  bool moves(std::chrono::milliseconds poll);
  bool writer_answers(std::chrono::milliseconds poll);
  /// True when told to stop.
  bool sleep(std::chrono::milliseconds);

  Store& store_;
  LastRound const last_round_;
  std::string const serving_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace linebook

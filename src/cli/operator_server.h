// Runs sub-commands on behalf of clients at the operator socket, inside the server: it alone writes the
// database.
#pragma once

#include <list>
#include <mutex>
#include <thread>

#include "base/result.h"
#include "cli/frame.h"
#include "cli/operator_session.h"

namespace linebook {

inline constexpr std::size_t max_operator_sessions = 4;  // at a time; one thread each
inline constexpr int hello_timeout_seconds = 10;

class OperatorServer {
 public:
  /// `installation` outlives the server. Its directory is locked by this process.
  explicit OperatorServer(Installation& installation);
  ~OperatorServer();  // stops
  OperatorServer(OperatorServer const&) = delete;
  OperatorServer& operator=(OperatorServer const&) = delete;

  /// Listens from now on, on threads of its own. Once.
  Result<void> start();
  /// Takes no more clients, cuts off the ones there are (batches that they committed stay), and takes the
  /// socket away. Idempotent. Call it before the store goes.
  void stop();

 private:
  struct Session {
    explicit Session(int socket) : channel(socket) {}
    FrameChannel channel;
    std::thread thread;
    bool finished = false;  // under mutex_
  };

  void accept_clients();
  void admit(int socket);
  /// Takes the client in; false where there are as many as may be.
  bool begin_session(int socket);
  void reap_finished();

  Installation& installation_;
  int listening_ = -1;
  int wake_[2] = {-1, -1};  // a pipe: a byte ends accept_clients()
  std::thread acceptor_;
  std::mutex mutex_;
  std::list<Session> sessions_;
};

}  // namespace linebook

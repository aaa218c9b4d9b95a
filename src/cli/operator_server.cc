#include "cli/operator_server.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/command_line.h"
#include "cli/operator_socket.h"
#include "cli/remote_console.h"

namespace linebook {
namespace {

constexpr int turned_away_timeout_seconds = 1;

void set_receive_timeout(int socket, int seconds) {
  timeval const limit{seconds, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

/// The client may be slow to listen: not under a lock that sessions wait for.
void turn_away(int socket) {
  FrameChannel channel(socket);
  set_receive_timeout(socket, turned_away_timeout_seconds);
  try {
    channel.send(FrameType::err, "linebook: " + std::to_string(max_operator_sessions) +
                                     " other commands are at work in this server; try again later\n");
    channel.send(FrameType::exit, PayloadWriter().u8(1).take());
    // Closing with its hello unread would reset the connection and lose these words.
    (void)channel.receive();
  } catch (FrameError const&) {
    // The client went away first.
  }
}

/// Runs the command line of `hello` at the client's console.
ExitCode run_hello(Frame const& hello, Installation& installation, RemoteConsole& console) {
  PayloadReader reader(hello.payload);
  if (hello.type != FrameType::hello || reader.u32() != operator_protocol) {
    console.err("linebook: the server in this data directory is of another version; use its own program\n");
    return ExitCode::failed;
  }
  CommandLine line;
  auto const parsed = line.parse(reader.texts());
  console.out(parsed.out);
  console.err(parsed.err);
  if (parsed.exit) return *parsed.exit;
  if (parsed.command == nullptr) {
    console.err("linebook: this sub-command does not run inside a server; stop it first\n");
    return ExitCode::failed;
  }
  OperatorSession session{installation, console};
  try {
    return parsed.command->run(session);
  } catch (ConsoleLost const&) {
    throw;
  } catch (std::exception const& e) {
    return tell(console, {ErrorCode::internal_error, e.what(), {}});
  }
}

}  // namespace

OperatorServer::OperatorServer(Installation& installation) : installation_(installation) {}

OperatorServer::~OperatorServer() { stop(); }

Result<void> OperatorServer::start() {
  auto socket = listen_operator_socket(installation_.directory);
  if (!socket) return fail(std::move(socket.error()));
  listening_ = *socket;
  if (::pipe2(wake_, O_CLOEXEC) != 0)
    return fail(ErrorCode::unavailable, std::string("cannot make a pipe: ") + std::strerror(errno));
  acceptor_ = std::thread([this] { accept_clients(); });
  return {};
}

void OperatorServer::stop() {
  if (acceptor_.joinable()) {
    while (::write(wake_[1], "x", 1) < 0 && errno == EINTR) {
    }
    acceptor_.join();
    std::error_code ignored;
    std::filesystem::remove(installation_.directory / operator_socket_name, ignored);
  }
  {
    std::lock_guard lock(mutex_);
    for (auto& session : sessions_) session.channel.shut_down();
  }
  for (auto& session : sessions_) session.thread.join();
  sessions_.clear();
  for (int* fd : {&listening_, &wake_[0], &wake_[1]})
    if (int const open = std::exchange(*fd, -1); open >= 0) ::close(open);
}

void OperatorServer::accept_clients() {
  for (;;) {
    pollfd watched[] = {{listening_, POLLIN, 0}, {wake_[0], POLLIN, 0}};
    if (::poll(watched, 2, -1) < 0 && errno != EINTR) return;
    if (watched[1].revents != 0) return;
    if ((watched[0].revents & POLLIN) == 0) continue;
    reap_finished();
    int const socket = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket >= 0)
      admit(socket);
    else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
      ::poll(&watched[1], 1, 100);  // out of descriptors: the client waits, this thread does not spin
  }
}

void OperatorServer::admit(int socket) {
  if (operator_peer(socket) == Peer::stranger) {
    ::close(socket);
    return;
  }
  if (!begin_session(socket)) turn_away(socket);
}

bool OperatorServer::begin_session(int socket) {
  std::lock_guard lock(mutex_);
  if (sessions_.size() >= max_operator_sessions) return false;
  set_receive_timeout(socket, hello_timeout_seconds);
  auto& session = sessions_.emplace_back(socket);
  session.thread = std::thread([this, &session, socket] {
    try {
      auto const hello = session.channel.receive();
      set_receive_timeout(socket, 0);
      RemoteConsole console(session.channel);
      auto const code = run_hello(hello, installation_, console);
      console.tell(FrameType::exit, PayloadWriter().u8(static_cast<std::uint8_t>(code)).take());
    } catch (std::exception const&) {
      // The client is gone, or never spoke our language: there is nobody left to tell.
    }
    // At once, not when the session is reaped: a client may wait for the end of what it reads.
    session.channel.shut_down();
    std::lock_guard finished(mutex_);
    session.finished = true;
  });
  return true;
}

void OperatorServer::reap_finished() {
  std::lock_guard lock(mutex_);
  for (auto at = sessions_.begin(); at != sessions_.end();) {
    if (!at->finished) {
      ++at;
      continue;
    }
    at->thread.join();
    at = sessions_.erase(at);
  }
}

}  // namespace linebook

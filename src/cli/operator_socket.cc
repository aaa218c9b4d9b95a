#include "cli/operator_socket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace linebook {
namespace {

constexpr int waiting_clients = 16;

struct Closing {
  int fd;
  ~Closing() {
    if (fd >= 0) ::close(fd);
  }
  int release() {
    int const kept = fd;
    fd = -1;
    return kept;
  }
};

std::unexpected<Error> refuse(std::string const& doing) {
  return fail(ErrorCode::unavailable, "cannot " + doing + ": " + std::strerror(errno));
}

/// sun_path holds 108 bytes, a path may have 4096: so the socket is named through the open directory.
sockaddr_un address_in(int directory) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  auto const path = "/proc/self/fd/" + std::to_string(directory) + "/" + operator_socket_name;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

bool has_credentials(int socket, ucred& who) {
  socklen_t size = sizeof who;
  return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0;
}

int open_directory(std::filesystem::path const& path) {
  return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

}  // namespace

Result<int> listen_operator_socket(std::filesystem::path const& path) {
  Closing directory{open_directory(path)};
  if (directory.fd < 0) return refuse("open the data directory " + path.string());
  Closing socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (socket.fd < 0) return refuse("make the operator socket");
  // The mode of the file is taken from the socket at bind(): there is no moment at which others could
  // connect.
  if (::fchmod(socket.fd, 0600) != 0) return refuse("protect the operator socket");
  ::unlinkat(directory.fd, operator_socket_name, 0);
  auto const address = address_in(directory.fd);
  if (::bind(socket.fd, reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0 ||
      ::fchmodat(directory.fd, operator_socket_name, 0600, 0) != 0 ||
      ::listen(socket.fd, waiting_clients) != 0)
    return refuse("listen at " + (path / operator_socket_name).string());
  return socket.release();
}

Result<int> connect_operator_socket(std::filesystem::path const& path) {
  Closing directory{open_directory(path)};
  struct stat about{};
  if (directory.fd < 0 || ::fstat(directory.fd, &about) != 0)
    return refuse("open the data directory " + path.string());
  Closing socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (socket.fd < 0) return refuse("make a socket");
  auto const address = address_in(directory.fd);
  if (::connect(socket.fd, reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0)
    return refuse("reach the server at " + (path / operator_socket_name).string());
  ucred server{};
  if (!has_credentials(socket.fd, server)) return refuse("tell who listens at the operator socket");
  if (server.uid != ::geteuid() && server.uid != about.st_uid && server.uid != 0)
    return fail(ErrorCode::forbidden,
                "the operator socket in " + path.string() +
                    " belongs to neither you, nor the data directory's owner, nor root");
  return socket.release();
}

Peer operator_peer(int socket) {
  ucred who{};
  bool const known = has_credentials(socket, who);
  return known && (who.uid == ::geteuid() || who.uid == 0) ? Peer::trusted : Peer::stranger;
}

}  // namespace linebook

#include "cli/frame.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace linebook {

PayloadWriter& PayloadWriter::u8(std::uint8_t value) {
  bytes_ += static_cast<char>(value);
  return *this;
}

PayloadWriter& PayloadWriter::u32(std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes_ += static_cast<char>(value >> shift & 0xFF);
  return *this;
}

PayloadWriter& PayloadWriter::u64(std::uint64_t value) {
  return u32(static_cast<std::uint32_t>(value >> 32)).u32(static_cast<std::uint32_t>(value));
}

PayloadWriter& PayloadWriter::text(std::string_view value) {
  u32(static_cast<std::uint32_t>(value.size()));
  return rest(value);
}

PayloadWriter& PayloadWriter::texts(std::vector<std::string> const& values) {
  u32(static_cast<std::uint32_t>(values.size()));
  for (auto const& value : values) text(value);
  return *this;
}

PayloadWriter& PayloadWriter::rest(std::string_view value) {
  bytes_ += value;
  return *this;
}

std::string_view PayloadReader::take(std::size_t size) {
  if (bytes_.size() < size) throw FrameError("a frame is too short");
  auto const taken = bytes_.substr(0, size);
  bytes_.remove_prefix(size);
  return taken;
}

std::uint8_t PayloadReader::u8() { return static_cast<std::uint8_t>(take(1)[0]); }

std::uint32_t PayloadReader::u32() {
  std::uint32_t value = 0;
  for (char c : take(4)) value = value << 8 | static_cast<std::uint8_t>(c);
  return value;
}

std::uint64_t PayloadReader::u64() {
  std::uint64_t const high = u32();
  return high << 32 | u32();
}

std::string PayloadReader::text() { return std::string(take(u32())); }

std::vector<std::string> PayloadReader::texts() {
  auto const count = u32();
  if (count > bytes_.size() / 4) throw FrameError("a frame claims more than it holds");
  std::vector<std::string> values;
  for (std::uint32_t i = 0; i < count; ++i) values.push_back(text());
  return values;
}

std::string_view PayloadReader::rest() { return take(bytes_.size()); }

FrameChannel::~FrameChannel() { ::close(socket_); }

void FrameChannel::shut_down() { ::shutdown(socket_, SHUT_RDWR); }

void FrameChannel::send(FrameType type, std::string_view payload) {
  if (payload.size() > max_frame) throw FrameError("a frame is too long");
  auto bytes = PayloadWriter()
                   .u8(static_cast<std::uint8_t>(type))
                   .u32(static_cast<std::uint32_t>(payload.size()))
                   .rest(payload)
                   .take();
  for (std::string_view left = bytes; !left.empty();) {
    auto const n = ::send(socket_, left.data(), left.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw FrameError(std::string("the connection broke: ") + std::strerror(errno));
    left.remove_prefix(static_cast<std::size_t>(n));
  }
}

void FrameChannel::read_all(char* into, std::size_t size) {
  while (size > 0) {
    auto const n = ::recv(socket_, into, size, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n == 0) throw FrameError("the connection was closed");
    if (n < 0) throw FrameError(std::string("the connection broke: ") + std::strerror(errno));
    into += n;
    size -= static_cast<std::size_t>(n);
  }
}

Frame FrameChannel::receive() {
  char head[5];
  read_all(head, sizeof head);
  PayloadReader reader({head, sizeof head});
  Frame frame{static_cast<FrameType>(reader.u8()), {}};
  auto const size = reader.u32();
  if (size > max_frame) throw FrameError("a frame is too long");
  frame.payload.resize(size);
  read_all(frame.payload.data(), size);
  return frame;
}

}  // namespace linebook

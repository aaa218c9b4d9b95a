// What the operator socket carries: frames [type u8][length u32, big-endian][payload].
//
// The client sends `hello` with its arguments. From then on the server asks and tells: every request is
// answered by one `reply`, so that input flows only as fast as it is used.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace linebook {

inline constexpr std::uint32_t operator_protocol = 1;
inline constexpr std::size_t max_frame = 1 << 20;      // bytes of payload
inline constexpr std::size_t file_chunk = 256 * 1024;  // bytes of a file in one frame

enum class FrameType : std::uint8_t {
  hello = 1,      // client: protocol u32, arguments
  reply,          // client: ok u8, then the answer, or the error's text
  open_input,     // server: path → handle u32, size u64
  read_input,     // server: handle u32, size u32 → bytes, none at the end
  close_input,    // server: handle u32 → nothing
  list_inputs,    // server: directory → names
  create_output,  // server: path → handle u32
  write_output,   // server: handle u32, bytes → nothing
  finish_output,  // server: handle u32 → nothing
  drop_output,    // server: handle u32 → nothing
  out,            // server: text, none where what came before is to be seen now; no reply
  err,            // server: text, no reply
  progress,       // server: unit, items, bytes done, bytes total; no reply
  exit,           // server: exit code u8; the last frame
};

struct Frame {
  FrameType type;
  std::string payload;
};

/// Builds a payload.
class PayloadWriter {
 public:
  PayloadWriter& u8(std::uint8_t);
  PayloadWriter& u32(std::uint32_t);
  PayloadWriter& u64(std::uint64_t);
  PayloadWriter& text(std::string_view);                  // its length first
  PayloadWriter& texts(std::vector<std::string> const&);  // their number first
  PayloadWriter& rest(std::string_view);                  // as it is, up to the payload's end
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Takes a payload apart. Throws FrameError where it is too short or claims too much.
class PayloadReader {
 public:
  explicit PayloadReader(std::string_view bytes) : bytes_(bytes) {}
  std::uint8_t u8();
  std::uint32_t u32();
  std::uint64_t u64();
  std::string text();
  std::vector<std::string> texts();
  std::string_view rest();

 private:
  std::string_view take(std::size_t);
  std::string_view bytes_;
};

/// The connection broke, or the peer does not speak this protocol.
class FrameError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One end of the connection. One thread; shut_down() any thread.
class FrameChannel {
 public:
  explicit FrameChannel(int socket) : socket_(socket) {}  // takes it over
  ~FrameChannel();
  FrameChannel(FrameChannel const&) = delete;
  FrameChannel& operator=(FrameChannel const&) = delete;

  void send(FrameType, std::string_view payload);  // throws FrameError
  Frame receive();                                 // throws FrameError
  void shut_down();

 private:
  void read_all(char* into, std::size_t size);

  int socket_;
};

}  // namespace linebook

#include "cli/operator_client.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>

#include "cli/frame.h"
#include "cli/operator_socket.h"

namespace linebook {
namespace {

using namespace std::chrono_literals;

/// A server that has just taken the lock needs a moment until it listens.
constexpr auto patience = 5s;
constexpr auto between_attempts = 100ms;
constexpr std::size_t max_open_files = 16;

Result<int> connect_patiently(std::filesystem::path const& directory) {
  auto const deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto socket = connect_operator_socket(directory);
    if (socket || socket.error().code == ErrorCode::forbidden || std::chrono::steady_clock::now() > deadline)
      return socket;
    std::this_thread::sleep_for(between_attempts);
  }
}

/// This end of one command.
class Client {
 public:
  Client(FrameChannel& channel, FileAccess const& files, Console& console)
      : channel_(channel), files_(files), console_(console) {}

  ExitCode follow() {
    for (;;) {
      auto const frame = channel_.receive();
      PayloadReader payload(frame.payload);
      switch (frame.type) {
        case FrameType::exit:
          return static_cast<ExitCode>(payload.u8());
        case FrameType::out:
          show(payload.rest());
          break;
        case FrameType::err:
          console_.err(payload.rest());
          break;
        case FrameType::progress:
          show_progress(payload);
          break;
        default:
          answer(frame.type, payload);
          break;
      }
    }
  }

 private:
  void show(std::string_view text) {
    if (text.empty())
      console_.flush();
    else
      console_.out(text);
  }

  void show_progress(PayloadReader& payload) {
    Progress p;
    p.unit = payload.text();
    p.items = payload.u64();
    p.bytes_done = payload.u64();
    p.bytes_total = payload.u64();
    console_.progress(p);
  }

  void answer(FrameType type, PayloadReader& payload) {
    auto result = do_request(type, payload);
    if (result)
      channel_.send(FrameType::reply, PayloadWriter().u8(1).rest(*result).take());
    else
      channel_.send(FrameType::reply, PayloadWriter().u8(0).rest(result.error().message).take());
  }

  Result<std::string> do_request(FrameType type, PayloadReader& payload) {
    switch (type) {
      case FrameType::open_input:
        return open_input(payload.text());
      case FrameType::read_input:
        return read_input(payload);
      case FrameType::close_input:
        inputs_.erase(payload.u32());
        return std::string();
      case FrameType::list_inputs:
        return list_inputs(payload.text());
      case FrameType::create_output:
        return create_output(payload.text());
      case FrameType::write_output:
        return write_output(payload);
      case FrameType::finish_output:
        return finish_output(payload.u32());
      case FrameType::drop_output:
        outputs_.erase(payload.u32());
        return std::string();
      default:
        throw FrameError("the server asked for something that this program does not know");
    }
  }

  static bool names(std::vector<std::string> const& list, std::string const& path) {
    return std::ranges::find(list, path) != list.end();
  }

  bool may_read(std::string const& path) const {
    if (names(files_.inputs, path)) return true;
    return std::ranges::any_of(files_.input_directories, [&](std::string const& directory) {
      auto const prefix = directory + "/";
      return path.starts_with(prefix) && path.find('/', prefix.size()) == path.npos &&
             path.substr(prefix.size()) != "..";
    });
  }

  static std::unexpected<Error> not_ours(std::string const& path) {
    return fail(ErrorCode::forbidden,
                "the server asked for '" + path + "', which the command line does not name");
  }

  Result<std::string> open_input(std::string const& path) {
    if (!may_read(path) || inputs_.size() >= max_open_files) return not_ours(path);
    auto file = console_.open_input(path);
    if (!file) return fail(std::move(file.error()));
    auto const size = (*file)->size();
    inputs_.emplace(++last_handle_, std::move(*file));
    return PayloadWriter().u32(last_handle_).u64(size).take();
  }

  Result<std::string> read_input(PayloadReader& payload) {
    auto const at = inputs_.find(payload.u32());
    std::string bytes(std::min<std::size_t>(payload.u32(), file_chunk), '\0');
    if (at == inputs_.end()) throw FrameError("the server reads a file that is not open");
    auto n = at->second->read(bytes.data(), bytes.size());
    if (!n) return fail(std::move(n.error()));
    bytes.resize(*n);
    return bytes;
  }

  Result<std::string> list_inputs(std::string const& directory) {
    if (!names(files_.input_directories, directory)) return not_ours(directory);
    auto found = console_.list_inputs(directory);
    if (!found) return fail(std::move(found.error()));
    auto bytes = PayloadWriter().texts(*found).take();
    if (bytes.size() >= max_frame)
      return fail(ErrorCode::unavailable, "'" + directory + "' holds too many files");
    return bytes;
  }

  Result<std::string> create_output(std::string const& path) {
    if (!names(files_.outputs, path) || outputs_.size() >= max_open_files) return not_ours(path);
    auto file = console_.create_output(path);
    if (!file) return fail(std::move(file.error()));
    outputs_.emplace(++last_handle_, std::move(*file));
    return PayloadWriter().u32(last_handle_).take();
  }

  OutputFile& output(std::uint32_t handle) {
    auto const at = outputs_.find(handle);
    if (at == outputs_.end()) throw FrameError("the server writes a file that is not open");
    return *at->second;
  }

  Result<std::string> write_output(PayloadReader& payload) {
    auto& file = output(payload.u32());
    auto done = file.write(payload.rest());
    if (!done) return fail(std::move(done.error()));
    return std::string();
  }

  Result<std::string> finish_output(std::uint32_t handle) {
    auto done = output(handle).finish();
    outputs_.erase(handle);
    if (!done) return fail(std::move(done.error()));
    return std::string();
  }

  FrameChannel& channel_;
  FileAccess const& files_;
  Console& console_;
  std::map<std::uint32_t, std::unique_ptr<InputFile>> inputs_;
  std::map<std::uint32_t, std::unique_ptr<OutputFile>> outputs_;
  std::uint32_t last_handle_ = 0;
};

}  // namespace

ExitCode run_in_server(std::filesystem::path const& directory, std::vector<std::string> const& arguments,
                       FileAccess const& files, Console& console) {
  auto socket = connect_patiently(directory);
  if (!socket) {
    console.err(
        "linebook: " + socket.error().message +
        "\n  Another process uses this data directory, but takes no "
        "commands: it may be a command that works without a server (wait for it), or a server that hangs.\n");
    return ExitCode::failed;
  }
  FrameChannel channel(*socket);
  try {
    channel.send(FrameType::hello, PayloadWriter().u32(operator_protocol).texts(arguments).take());
  } catch (FrameError const&) {
    // A server that turns clients away says so before it reads: its words are still to be had.
  }
  try {
    return Client(channel, files, console).follow();
  } catch (FrameError const& e) {
    console.err(std::string("linebook: the server stopped in the middle of this command (") + e.what() +
                ").\n  What it had committed stays; running the command again is safe.\n");
    return ExitCode::failed;
  }
}

}  // namespace linebook

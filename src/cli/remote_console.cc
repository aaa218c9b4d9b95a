#include "cli/remote_console.h"

#include <algorithm>
#include <cstring>

namespace linebook {
namespace {

class RemoteInput final : public InputFile {
 public:
  RemoteInput(RemoteConsole& console, std::uint32_t handle, std::uint64_t size)
      : console_(console), handle_(handle), size_(size) {}
  ~RemoteInput() override {
    try {
      (void)console_.ask(FrameType::close_input, PayloadWriter().u32(handle_).take());
    } catch (ConsoleLost const&) {
      // Then the client has let go of the file by itself.
    }
  }

  Result<std::size_t> read(char* into, std::size_t size) override {
    if (used_ == chunk_.size()) {
      auto chunk = console_.ask(FrameType::read_input, PayloadWriter().u32(handle_).u32(file_chunk).take());
      if (!chunk) return fail(std::move(chunk.error()));
      chunk_ = std::move(*chunk);
      used_ = 0;
    }
    auto const n = std::min(size, chunk_.size() - used_);
    std::memcpy(into, chunk_.data() + used_, n);
    used_ += n;
    return n;
  }
  std::uint64_t size() const override { return size_; }

 private:
  RemoteConsole& console_;
  std::uint32_t handle_;
  std::uint64_t size_;
  std::string chunk_;
  std::size_t used_ = 0;
};

class RemoteOutput final : public OutputFile {
 public:
  RemoteOutput(RemoteConsole& console, std::uint32_t handle) : console_(console), handle_(handle) {}
  ~RemoteOutput() override {
    if (finished_) return;
    try {
      (void)console_.ask(FrameType::drop_output, PayloadWriter().u32(handle_).take());
    } catch (ConsoleLost const&) {
      // Then the client has dropped the file by itself.
    }
  }

  Result<void> write(std::string_view bytes) override {
    buffer_ += bytes;
    if (buffer_.size() < file_chunk) return {};
    return flush();
  }

  Result<void> finish() override {
    if (auto flushed = flush(); !flushed) return flushed;
    finished_ = true;
    auto done = console_.ask(FrameType::finish_output, PayloadWriter().u32(handle_).take());
    if (!done) return fail(std::move(done.error()));
    return {};
  }

 private:
  Result<void> flush() {
    for (std::string_view left = buffer_; !left.empty();) {
      auto const piece = left.substr(0, file_chunk);
      auto done = console_.ask(FrameType::write_output, PayloadWriter().u32(handle_).rest(piece).take());
      if (!done) return fail(std::move(done.error()));
      left.remove_prefix(piece.size());
    }
    buffer_.clear();
    return {};
  }

  RemoteConsole& console_;
  std::uint32_t handle_;
  std::string buffer_;
  bool finished_ = false;
};

}  // namespace

void RemoteConsole::tell(FrameType type, std::string_view payload) {
  try {
    channel_.send(type, payload);
  } catch (FrameError const&) {
    throw ConsoleLost();
  }
}

Result<std::string> RemoteConsole::ask(FrameType type, std::string_view payload) {
  tell(type, payload);
  try {
    auto frame = channel_.receive();
    if (frame.type != FrameType::reply) throw ConsoleLost();
    PayloadReader reader(frame.payload);
    bool const ok = reader.u8() != 0;
    auto answer = std::string(reader.rest());
    if (ok) return answer;
    return fail(ErrorCode::unavailable, std::move(answer));
  } catch (FrameError const&) {
    throw ConsoleLost();
  }
}

Result<std::unique_ptr<InputFile>> RemoteConsole::open_input(std::string const& path) {
  auto answer = ask(FrameType::open_input, PayloadWriter().text(path).take());
  if (!answer) return fail(std::move(answer.error()));
  PayloadReader reader(*answer);
  auto const handle = reader.u32();
  auto const size = reader.u64();
  return std::make_unique<RemoteInput>(*this, handle, size);
}

Result<std::vector<std::string>> RemoteConsole::list_inputs(std::string const& directory) {
  auto answer = ask(FrameType::list_inputs, PayloadWriter().text(directory).take());
  if (!answer) return fail(std::move(answer.error()));
  return PayloadReader(*answer).texts();
}

Result<std::unique_ptr<OutputFile>> RemoteConsole::create_output(std::string const& path) {
  auto answer = ask(FrameType::create_output, PayloadWriter().text(path).take());
  if (!answer) return fail(std::move(answer.error()));
  return std::make_unique<RemoteOutput>(*this, PayloadReader(*answer).u32());
}

void RemoteConsole::tell_text(FrameType type, std::string_view text) {
  for (; !text.empty(); text.remove_prefix(std::min(text.size(), file_chunk)))
    tell(type, text.substr(0, file_chunk));
}

void RemoteConsole::out(std::string_view text) { tell_text(FrameType::out, text); }
void RemoteConsole::err(std::string_view text) { tell_text(FrameType::err, text); }

void RemoteConsole::flush() { tell(FrameType::out, {}); }

void RemoteConsole::progress(Progress const& p) {
  tell(FrameType::progress,
       PayloadWriter().text(p.unit).u64(p.items).u64(p.bytes_done).u64(p.bytes_total).take());
}

}  // namespace linebook

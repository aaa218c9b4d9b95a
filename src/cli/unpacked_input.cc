#include "cli/unpacked_input.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace linebook {
namespace {

constexpr std::size_t packed_buffer = 64 * 1024;
constexpr std::string_view gzip_magic = "\x1f\x8b";
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

std::unexpected<Error> broken(char const* how) {
  return fail(ErrorCode::validation_error, std::string("its gzip data ") + how);
}

}  // namespace

class UnpackedInput::Inflater {
 public:
  Inflater() {
    constexpr int gzip_alone = 16;
    if (inflateInit2(&stream_, gzip_alone + MAX_WBITS) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(Inflater const&) = delete;
  Inflater& operator=(Inflater const&) = delete;

  enum class State { middle, end, broken };

  /// Takes off `packed` what it used, and tells how much of `into` is filled.
  State step(std::string_view& packed, char* into, std::size_t size, std::size_t& filled) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    stream_.next_out = reinterpret_cast<Bytef*>(into);
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(size, UINT32_MAX));
    auto const room = stream_.avail_out;
    auto const result = ::inflate(&stream_, Z_NO_FLUSH);
    packed.remove_prefix(packed.size() - stream_.avail_in);
    filled = room - stream_.avail_out;
    ended_ = result == Z_STREAM_END;
    if (ended_) return State::end;
    return result == Z_OK || result == Z_BUF_ERROR ? State::middle : State::broken;
  }

  /// Between two members, of which a file may have many (RFC 1952, section 2.2).
  bool ended() const { return ended_; }
  void begin_member() {
    inflateReset(&stream_);
    ended_ = false;
  }

 private:
  z_stream stream_{};
  bool ended_ = false;
};

UnpackedInput::UnpackedInput(std::unique_ptr<InputFile> packed)
    : packed_(std::move(packed)), buffer_(packed_buffer, '\0') {}
UnpackedInput::~UnpackedInput() = default;

Result<std::unique_ptr<UnpackedInput>> UnpackedInput::open(std::unique_ptr<InputFile> packed) {
  std::unique_ptr<UnpackedInput> file(new UnpackedInput(std::move(packed)));
  if (auto filled = file->fill(); !filled) return fail(std::move(filled.error()));
  if (file->waiting_.starts_with(gzip_magic)) file->inflater_ = std::make_unique<Inflater>();
  std::string head(max_head, '\0');
  std::size_t filled = 0;
  while (filled < head.size()) {
    auto more = file->read_behind_head(head.data() + filled, head.size() - filled);
    if (!more) return fail(std::move(more.error()));
    if (*more == 0) break;
    filled += *more;
  }
  head.resize(filled);
  if (head.starts_with(byte_order_mark)) head.erase(0, byte_order_mark.size());
  file->head_ = std::move(head);
  return file;
}

/// More of what lies there behind what waits; enough of the beginning to tell what it is.
Result<void> UnpackedInput::fill() {
  std::size_t kept = waiting_.size();
  if (kept > 0) std::memmove(buffer_.data(), waiting_.data(), kept);
  do {
    auto const n = packed_->read(buffer_.data() + kept, buffer_.size() - kept);
    if (!n) return fail(n.error());
    packed_bytes_read_ += *n;
    kept += *n;
    if (*n == 0) break;
  } while (kept < gzip_magic.size());
  waiting_ = std::string_view(buffer_.data(), kept);
  return {};
}

Result<std::size_t> UnpackedInput::read(char* into, std::size_t size) {
  if (head_given_ == head_.size()) return read_behind_head(into, size);
  auto const n = std::min(size, head_.size() - head_given_);
  std::memcpy(into, head_.data() + head_given_, n);
  head_given_ += n;
  return n;
}

Result<std::size_t> UnpackedInput::read_behind_head(char* into, std::size_t size) {
  if (inflater_) return inflate(into, size);
  if (waiting_.empty())
    if (auto filled = fill(); !filled) return fail(std::move(filled.error()));
  auto const n = std::min(size, waiting_.size());
  std::memcpy(into, waiting_.data(), n);
  waiting_.remove_prefix(n);
  return n;
}

Result<std::size_t> UnpackedInput::inflate(char* into, std::size_t size) {
  for (;;) {
    if (waiting_.size() < gzip_magic.size())
      if (auto filled = fill(); !filled) return fail(std::move(filled.error()));
    if (inflater_->ended()) {
      if (waiting_.empty()) return 0;
      if (!waiting_.starts_with(gzip_magic)) return broken("has something else behind its end");
      inflater_->begin_member();
    } else if (waiting_.empty()) {
      return broken("breaks off in the middle: the file is not whole");
    }
    std::size_t filled = 0;
    if (inflater_->step(waiting_, into, size, filled) == Inflater::State::broken) return broken("is damaged");
    if (filled > 0) return filled;
  }
}

}  // namespace linebook

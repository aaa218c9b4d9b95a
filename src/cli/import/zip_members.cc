#include "cli/import/zip_members.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace linebook {
namespace {

constexpr std::size_t zip_buffer = 128 * 1024;  // more than a header's longest part
constexpr std::uint32_t local_header = 0x04034b50;
constexpr std::uint32_t data_descriptor = 0x08074b50;
constexpr std::uint32_t central_header = 0x02014b50;
constexpr std::uint32_t end_of_directory = 0x06054b50;
constexpr std::uint32_t zip64_end_of_directory = 0x06064b50;
constexpr std::uint32_t zip64_locator = 0x07064b50;
constexpr std::uint32_t is_in_zip64 = 0xFFFFFFFF;
constexpr std::size_t max_told_name = 100;  // bytes

std::uint64_t little_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t number = 0;
  for (std::size_t i = size; i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  return number;
}
std::uint32_t u16_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint32_t>(little_endian(bytes, at, 2));
}
std::uint32_t u32_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint32_t>(little_endian(bytes, at, 4));
}

std::unexpected<Error> bad_archive(char const* how) {
  return fail(ErrorCode::validation_error, std::string("the ZIP archive ") + how);
}

std::string told_name(std::string_view name) {
  std::string told(name.substr(0, max_told_name));
  for (char& c : told)
    if (c < ' ' || c > '~') c = '?';
  return told;
}

std::uint32_t crc_of(std::uint32_t so_far, char const* bytes, std::size_t size) {
  return static_cast<std::uint32_t>(crc32_z(so_far, reinterpret_cast<Bytef const*>(bytes), size));
}

}  // namespace

class ZipMembers::Inflater {
 public:
  Inflater() {
    if (inflateInit2(&stream_, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(Inflater const&) = delete;
  Inflater& operator=(Inflater const&) = delete;

  void begin() {
    inflateReset(&stream_);
    ended_ = damaged_ = false;
  }
  bool ended() const { return ended_; }
  /// Behind what was filled so far.
  bool damaged() const { return damaged_; }

  /// Tells how much was used and filled.
  void step(std::string_view packed, char* into, std::size_t size, std::size_t& used, std::size_t& filled) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    stream_.next_out = reinterpret_cast<Bytef*>(into);
    auto const room = static_cast<uInt>(std::min<std::size_t>(size, UINT32_MAX));
    stream_.avail_out = room;
    auto const result = ::inflate(&stream_, Z_NO_FLUSH);
    used = packed.size() - stream_.avail_in;
    filled = room - stream_.avail_out;
    ended_ = result == Z_STREAM_END;
    damaged_ = !ended_ && result != Z_OK && result != Z_BUF_ERROR;
  }

 private:
  z_stream stream_{};
  bool ended_ = false;
  bool damaged_ = false;
};

bool ZipMembers::is_archive(std::string_view head) {
  return head.size() >= 4 && (u32_at(head, 0) == local_header || u32_at(head, 0) == end_of_directory);
}

ZipMembers::ZipMembers(InputFile& file) : file_(file), buffer_(zip_buffer, '\0') {}
ZipMembers::~ZipMembers() = default;

/// At least so many bytes wait.
Result<void> ZipMembers::have(std::size_t bytes) {
  if (filled_ - at_ >= bytes) return {};
  std::memmove(buffer_.data(), buffer_.data() + at_, filled_ - at_);
  filled_ -= std::exchange(at_, 0);
  while (filled_ < bytes) {
    auto const n = file_.read(buffer_.data() + filled_, buffer_.size() - filled_);
    if (!n) return fail(n.error());
    if (*n == 0) return bad_archive("breaks off: the file is not whole");
    filled_ += *n;
  }
  return {};
}

Result<std::string> ZipMembers::take(std::size_t bytes) {
  if (auto there = have(bytes); !there) return fail(std::move(there.error()));
  return buffer_.substr(std::exchange(at_, at_ + bytes), bytes);
}

Result<void> ZipMembers::pass_over(std::uint64_t bytes) {
  while (bytes > 0) {
    if (auto there = have(1); !there) return there;
    auto const n = std::min<std::uint64_t>(bytes, filled_ - at_);
    at_ += n;
    bytes -= n;
  }
  return {};
}

Result<std::optional<std::string>> ZipMembers::next() {
  for (;;) {
    char passed_over[4096];
    while (member_) {
      auto n = read(passed_over, sizeof passed_over);
      if (!n) return fail(std::move(n.error()));
    }
    if (auto there = have(4); !there) return fail(std::move(there.error()));
    if (u32_at(waiting(), 0) != local_header) {
      if (auto end = read_end(); !end) return fail(std::move(end.error()));
      return std::nullopt;
    }
    auto name = open_member();
    if (!name) return fail(std::move(name.error()));
    if (!name->ends_with('/')) return told_name(*name);
  }
}

Result<std::string> ZipMembers::open_member() {
  constexpr std::size_t header_size = 30;
  if (++members_ > max_members) return bad_archive("has too many files in it");
  auto const header = take(header_size);
  if (!header) return fail(header.error());
  auto const flags = u16_at(*header, 6);
  auto const method = u16_at(*header, 8);
  if ((flags & 1) != 0) return bad_archive("is encrypted: unpack it, and name the files that were in it");
  Member member{.is_deflated = method == 8,
                .has_descriptor = (flags & 8) != 0,
                .crc = u32_at(*header, 14),
                .packed = u32_at(*header, 18),
                .unpacked = u32_at(*header, 22)};
  if ((method != 0 && method != 8) || (method == 0 && member.has_descriptor))
    return bad_archive(
        "is packed in a way that is not known here: unpack it, and name the files that were in it");
  member_ = member;
  auto name = take(u16_at(*header, 26));
  if (!name) return name;
  auto const extra = take(u16_at(*header, 28));
  if (!extra) return fail(extra.error());
  if (auto sizes = read_sizes(*extra); !sizes) return fail(std::move(sizes.error()));
  if (member_->is_deflated) {
    if (!inflater_) inflater_ = std::make_unique<Inflater>();
    inflater_->begin();
  }
  return name;
}

/// Of members beyond 4 GB.
Result<void> ZipMembers::read_sizes(std::string_view extra) {
  for (; extra.size() >= 4; extra.remove_prefix(4 + u16_at(extra, 2))) {
    std::size_t const size = u16_at(extra, 2);
    if (size > extra.size() - 4) break;
    if (u16_at(extra, 0) != 1) continue;
    auto field = extra.substr(4, size);
    for (auto* value : {&member_->unpacked, &member_->packed}) {
      if (*value != is_in_zip64) continue;
      if (field.size() < 8) return bad_archive("is damaged");
      *value = little_endian(field, 0, 8);
      field.remove_prefix(8);
    }
    return {};
  }
  return {};
}

Result<std::size_t> ZipMembers::read(char* into, std::size_t size) {
  if (!member_ || size == 0) return 0;
  auto n = member_->is_deflated ? read_deflated(into, size) : read_stored(into, size);
  if (!n) return n;
  member_->seen_crc = crc_of(member_->seen_crc, into, *n);
  member_->seen_unpacked += *n;
  if (*n > 0) return n;
  if (auto end = end_member(); !end) return fail(std::move(end.error()));
  return 0;
}

Result<std::size_t> ZipMembers::read_stored(char* into, std::size_t size) {
  auto const left = member_->packed - member_->seen_packed;
  if (left == 0) return 0;
  if (auto there = have(1); !there) return fail(std::move(there.error()));
  auto const n =
      std::min({size, static_cast<std::size_t>(std::min<std::uint64_t>(left, SIZE_MAX)), filled_ - at_});
  std::memcpy(into, buffer_.data() + at_, n);
  at_ += n;
  member_->seen_packed += n;
  return n;
}

Result<std::size_t> ZipMembers::read_deflated(char* into, std::size_t size) {
  while (!inflater_->ended()) {
    // What came before the damage was given first: how far it is read does not go by the pieces.
    if (inflater_->damaged()) return bad_archive("is damaged");
    if (auto there = have(1); !there) return fail(std::move(there.error()));
    std::size_t used = 0;
    std::size_t filled = 0;
    inflater_->step(waiting(), into, size, used, filled);
    at_ += used;
    member_->seen_packed += used;
    if (filled > 0) return filled;
  }
  return 0;
}

Result<void> ZipMembers::end_member() {
  if (member_->has_descriptor)
    if (auto descriptor = read_descriptor(); !descriptor) return descriptor;
  auto const member = *std::exchange(member_, std::nullopt);
  if (member.seen_crc != member.crc || member.seen_packed != member.packed ||
      member.seen_unpacked != member.unpacked)
    return bad_archive("is damaged: a checksum in it is another");
  return {};
}

/// Its sizes have 4 or 8 bytes: those that say what was seen.
Result<void> ZipMembers::read_descriptor() {
  if (auto there = have(4); !there) return there;
  if (u32_at(waiting(), 0) == data_descriptor) at_ += 4;
  if (auto there = have(12); !there) return there;
  auto const& seen = *member_;
  std::size_t width = 4;
  if (u32_at(waiting(), 4) != seen.seen_packed || u32_at(waiting(), 8) != seen.seen_unpacked) width = 8;
  auto const descriptor = take(4 + 2 * width);
  if (!descriptor) return fail(descriptor.error());
  member_->crc = u32_at(*descriptor, 0);
  member_->packed = little_endian(*descriptor, 4, width);
  member_->unpacked = little_endian(*descriptor, 4 + width, width);
  return {};
}

Result<void> ZipMembers::read_end() {
  std::uint64_t listed = 0;
  for (;;) {
    if (auto there = have(4); !there) return there;
    auto const what = u32_at(waiting(), 0);
    std::size_t const head = what == central_header           ? 46
                             : what == zip64_end_of_directory ? 12
                             : what == zip64_locator          ? 20
                                                              : 22;
    if (head == 22 && what != end_of_directory) return bad_archive("is damaged");
    auto const record = take(head);
    if (!record) return fail(record.error());
    if (what == end_of_directory) break;
    std::uint64_t more = 0;
    if (what == central_header) {
      ++listed;
      more = std::uint64_t{u16_at(*record, 28)} + u16_at(*record, 30) + u16_at(*record, 32);
    } else if (what == zip64_end_of_directory) {
      more = little_endian(*record, 4, 8);
    }
    if (auto passed = pass_over(more); !passed) return passed;
  }
  if (listed != members_) return bad_archive("is damaged: its directory lists other files than it has");
  return {};
}

}  // namespace linebook

#include "lists/list_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace linebook::lists {
namespace {

constexpr std::size_t write_buffer = std::size_t{1} << 20;  // bytes

std::unexpected<Error> cannot(char const* what, std::filesystem::path const& path) {
  return fail(ErrorCode::unavailable,
              fmt::format("cannot {} {}: {}", what, path.string(), std::strerror(errno)));
}

/// Everything but the header on its way into the file, and into the checksum.
class Payload {
 public:
  Payload(DraftFile& file, XXH3_state_t& hash) : file_(file), hash_(hash) {
    buffer_.reserve(write_buffer * 2);
  }

  Result<void> put(void const* bytes, std::size_t size) {
    auto const* const from = static_cast<std::uint8_t const*>(bytes);
    buffer_.insert(buffer_.end(), from, from + size);
    return buffer_.size() < write_buffer ? Result<void>() : flush();
  }
  Result<void> flush() {
    XXH3_128bits_update(&hash_, buffer_.data(), buffer_.size());
    auto written = file_.write(buffer_.data(), buffer_.size());
    buffer_.clear();
    return written;
  }

 private:
  DraftFile& file_;
  XXH3_state_t& hash_;
  std::vector<std::uint8_t> buffer_;
};

/// Which area codes have a row, and each row: all follow from how many numbers each exchange has.
struct Directory {
  AreaRows rows;
  std::vector<AreaRow> areas;
  std::uint32_t payload_bytes = 0;

  explicit Directory(NumberSet const& numbers) {
    rows.fill(no_row);
    for (unsigned area = 0; area < area_codes; ++area) add(numbers, area);
  }

 private:
  void add(NumberSet const& numbers, unsigned area) {
    AreaRow row{};
    auto const begin = payload_bytes;
    for (unsigned i = 0; i < exchanges_per_area; ++i) {
      row[i] = payload_bytes;
      if (auto const count = numbers.count_in(area * exchanges_per_area + i))
        payload_bytes += shape_of(count).bytes;
    }
    row[exchanges_per_area] = payload_bytes;
    if (payload_bytes == begin) return;
    rows[area] = static_cast<std::uint16_t>(areas.size());
    areas.push_back(row);
  }
};

Result<void> put_exchanges(Payload& payload, NumberSet const& numbers, WriteProgress const& progress) {
  std::array<std::uint8_t, lines_per_exchange / 8 + 64> code;
  std::uint64_t written = 0;
  for (unsigned exchange = 0; exchange < area_codes * exchanges_per_area; ++exchange) {
    if (exchange % exchanges_per_area == 0 && progress) progress(written);
    auto const count = numbers.count_in(exchange);
    if (count == 0) continue;
    encode_exchange(numbers.bits_of(exchange), count, code.data());
    if (auto put = payload.put(code.data(), shape_of(count).bytes); !put) return put;
    written += count;
  }
  return {};
}

template <std::size_t size>
std::array<char, size> padded(std::string_view text) {
  std::array<char, size> field{};
  std::copy_n(text.begin(), std::min(text.size(), size), field.begin());
  return field;
}

}  // namespace

bool is_list_name(std::string_view name) {
  auto const is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  return name == "national" || (name.size() == 2 && is_capital(name[0]) && is_capital(name[1]));
}

std::string file_name_of(std::string_view list) { return std::string(list) + std::string(list_suffix); }

Result<DraftFile> DraftFile::create(std::filesystem::path const& directory, std::string_view list) {
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return cannot("make", directory);
  auto path = directory / fmt::format("{}{}-{}", draft_prefix, list, ::getpid());
  int const file = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return cannot("make", path);
  return DraftFile(std::move(path), file);
}

DraftFile::DraftFile(DraftFile&& other) noexcept
    : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)) {
  other.path_.clear();
}

DraftFile::~DraftFile() {
  if (file_ >= 0) ::close(file_);
  if (!path_.empty()) ::unlink(path_.c_str());
}

Result<void> DraftFile::write(void const* bytes, std::size_t size) {
  for (auto const* at = static_cast<char const*>(bytes); size > 0;) {
    auto const n = ::write(file_, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return cannot("write", path_);
    at += n;
    size -= static_cast<std::size_t>(n);
  }
  return {};
}

Result<void> DraftFile::write_at(std::uint64_t offset, void const* bytes, std::size_t size) {
  for (auto const* at = static_cast<char const*>(bytes); size > 0;) {
    auto const n = ::pwrite(file_, at, size, static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return cannot("write", path_);
    at += n;
    offset += static_cast<std::uint64_t>(n);
    size -= static_cast<std::size_t>(n);
  }
  return {};
}

Result<std::size_t> DraftFile::read_at(std::uint64_t offset, void* into, std::size_t size) const {
  std::size_t filled = 0;
  while (filled < size) {
    auto const n =
        ::pread(file_, static_cast<char*>(into) + filled, size - filled, static_cast<off_t>(offset + filled));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return cannot("read", path_);
    if (n == 0) break;
    filled += static_cast<std::size_t>(n);
  }
  return filled;
}

Result<void> DraftFile::sync() {
  if (::fsync(file_) != 0) return cannot("write", path_);
  return {};
}

Result<void> DraftFile::take_place(std::filesystem::path const& target) {
  // Nobody has to write into it again.
  (void)::fchmod(file_, 0400);
  if (::rename(path_.c_str(), target.c_str()) != 0) return cannot("replace", target);
  path_.clear();
  int const directory = ::open(target.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return cannot("sync", target.parent_path());
  bool const synced = ::fsync(directory) == 0;
  auto const why = errno;
  ::close(directory);
  errno = why;
  if (!synced) return cannot("sync", target.parent_path());
  return {};
}

Result<DoNotCallList> write_list(DraftFile& file, NumberSet const& numbers, DoNotCallList about,
                                 WriteProgress const& progress) {
  auto const directory = std::make_unique<Directory>(numbers);
  about.numbers = numbers.size();
  about.bytes = sizeof(ListHeader) + sizeof(AreaRows) + directory->areas.size() * sizeof(AreaRow) +
                directory->payload_bytes + read_ahead;
  ListHeader header{.magic = list_magic,
                    .format = list_format,
                    .areas = static_cast<std::uint32_t>(directory->areas.size()),
                    .name = padded<16>(about.name),
                    .as_of = padded<16>(about.as_of),
                    .version = about.version,
                    .numbers = about.numbers,
                    .bytes = about.bytes,
                    .reserved = {},
                    .checksum = {}};
  auto const hash =
      std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)>(XXH3_createState(), XXH3_freeState);
  XXH3_128bits_reset(hash.get());
  XXH3_128bits_update(hash.get(), &header, offsetof(ListHeader, checksum));
  if (auto put = file.write(&header, sizeof header); !put) return fail(std::move(put.error()));
  Payload payload(file, *hash);
  std::uint64_t const zeros = 0;
  static_assert(sizeof zeros == read_ahead);
  auto put = payload.put(directory->rows.data(), sizeof(AreaRows));
  for (auto const& row : directory->areas)
    if (put) put = payload.put(row.data(), sizeof row);
  if (put) put = put_exchanges(payload, numbers, progress);
  if (put) put = payload.put(&zeros, read_ahead);
  if (put) put = payload.flush();
  if (put) {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(hash.get()));
    std::copy_n(canonical.digest, header.checksum.size(), header.checksum.begin());
    put = file.write_at(0, &header, sizeof header);
  }
  if (put) put = file.sync();
  if (!put) return fail(std::move(put.error()));
  return about;
}

}  // namespace linebook::lists

#include "lists/mapped_list.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "base/instant.h"

namespace linebook::lists {
namespace {

constexpr std::size_t read_size = std::size_t{1} << 20;  // bytes
constexpr std::size_t least_bytes = sizeof(ListHeader) + sizeof(AreaRows) + read_ahead;

class OpenFile {
 public:
  explicit OpenFile(std::filesystem::path const& path)
      : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)) {}
  ~OpenFile() {
    if (file_ >= 0) ::close(file_);
  }
  OpenFile(OpenFile const&) = delete;
  OpenFile& operator=(OpenFile const&) = delete;
  int get() const { return file_; }

 private:
  int file_;
};

std::unexpected<Error> refused(std::filesystem::path const& path, std::string_view why) {
  return fail(ErrorCode::unavailable, fmt::format("{}: {}", path.string(), why));
}

std::string_view text_of(std::array<char, 16> const& field) {
  return {field.data(), static_cast<std::size_t>(std::ranges::find(field, '\0') - field.begin())};
}

/// Empty: a list that this program knows, as far as its header tells.
std::string fault_in(ListHeader const& header, std::uint64_t size) {
  if (header.magic != list_magic) return "it is no do-not-call list";
  if (header.format != list_format)
    return fmt::format("it has format {}, this program knows format {}; import the list again", header.format,
                       list_format);
  if (header.bytes != size)
    return fmt::format("it has {} bytes and should have {}: it is not whole", size, header.bytes);
  if (!is_list_name(text_of(header.name)) || !is_calendar_date(text_of(header.as_of)) ||
      header.areas > area_codes || header.bytes < least_bytes + header.areas * sizeof(AreaRow))
    return "it is damaged: what its head says cannot be";
  return {};
}

/// From the disk, not through a mapping: there a disk that fails is an error, here it would be a signal.
Result<Checksum> checksum_of(int file, ListHeader const& header, std::filesystem::path const& path) {
  auto const hash =
      std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)>(XXH3_createState(), XXH3_freeState);
  XXH3_128bits_reset(hash.get());
  XXH3_128bits_update(hash.get(), &header, offsetof(ListHeader, checksum));
  std::vector<char> buffer(read_size);
  for (std::uint64_t at = sizeof header; at < header.bytes;) {
    auto const n = ::pread(file, buffer.data(), std::min<std::uint64_t>(buffer.size(), header.bytes - at),
                           static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return refused(path, fmt::format("it cannot be read: {}", std::strerror(errno)));
    if (n == 0) return refused(path, "it is not whole");
    XXH3_128bits_update(hash.get(), buffer.data(), static_cast<std::size_t>(n));
    at += static_cast<std::uint64_t>(n);
  }
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(hash.get()));
  Checksum checksum;
  std::copy_n(canonical.digest, checksum.size(), checksum.begin());
  return checksum;
}

}  // namespace

Result<std::shared_ptr<MappedList const>> MappedList::open(std::filesystem::path const& path) {
  OpenFile const file(path);
  if (file.get() < 0) return refused(path, fmt::format("it cannot be opened: {}", std::strerror(errno)));
  struct stat about{};
  if (::fstat(file.get(), &about) != 0 || !S_ISREG(about.st_mode))
    return refused(path, "it is no regular file");
  auto const size = static_cast<std::uint64_t>(about.st_size);
  ListHeader header{};
  if (size < least_bytes || ::pread(file.get(), &header, sizeof header, 0) != sizeof header)
    return refused(path, "it is no do-not-call list, or not whole");
  if (auto const fault = fault_in(header, size); !fault.empty()) return refused(path, fault);
  auto const checksum = checksum_of(file.get(), header, path);
  if (!checksum) return fail(checksum.error());
  if (*checksum != header.checksum)
    return refused(path, "it is damaged: its checksum is another; import the list again");
  auto* const memory = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
  if (memory == MAP_FAILED)
    return refused(path, fmt::format("it cannot be mapped: {}", std::strerror(errno)));
  std::shared_ptr<MappedList const> list(new MappedList(static_cast<std::uint8_t const*>(memory), size));
  if (auto const fault = list->fault_in_places(); !fault.empty()) return refused(path, fault);
  return list;
}

MappedList::MappedList(std::uint8_t const* bytes, std::size_t size)
    : bytes_(bytes),
      size_(size),
      rows_(reinterpret_cast<std::uint16_t const*>(bytes + sizeof(ListHeader))),
      places_(reinterpret_cast<std::uint32_t const*>(bytes + sizeof(ListHeader) + sizeof(AreaRows))),
      codes_(bytes + sizeof(ListHeader) + sizeof(AreaRows) + header().areas * sizeof(AreaRow)),
      codes_size_(size - static_cast<std::size_t>(codes_ - bytes) - read_ahead),
      about_{std::string(text_of(header().name)), std::string(text_of(header().as_of)), header().version,
             header().numbers, size} {}

MappedList::~MappedList() { ::munmap(const_cast<std::uint8_t*>(bytes_), size_); }

/// Every place lies inside, in order, and is as long as the count there says; and all counts are the number.
std::string MappedList::fault_in_places() const {
  std::uint64_t numbers = 0;
  std::uint32_t last = 0;
  unsigned rows = 0;
  for (unsigned area = 0; area < area_codes; ++area) {
    if (rows_[area] == no_row) continue;
    if (rows_[area] != rows++ || rows > header().areas) return "it is damaged: an area code is out of place";
    auto const* const row = places_ + std::size_t{rows_[area]} * (exchanges_per_area + 1);
    if (row[0] != last) return "it is damaged: an exchange is out of place";
    for (unsigned i = 0; i < exchanges_per_area; ++i) {
      if (row[i + 1] < row[i] || row[i + 1] > codes_size_)
        return "it is damaged: an exchange is out of place";
      auto const count = numbers_in({codes_ + row[i], row[i + 1] - row[i]});
      bool const fits = row[i + 1] == row[i] || (count > 0 && count <= lines_per_exchange &&
                                                 shape_of(count).bytes == row[i + 1] - row[i]);
      if (!fits) return "it is damaged: an exchange has another length";
      numbers += count;
    }
    last = row[exchanges_per_area];
  }
  if (numbers != about_.numbers || last != codes_size_ || rows != header().areas)
    return "it is damaged: it holds another number of numbers";
  return {};
}

std::span<std::uint8_t const> MappedList::code_of(unsigned area, unsigned exchange) const {
  auto const row = rows_[area];
  if (row == no_row) return {};
  auto const* const at = places_ + std::size_t{row} * (exchanges_per_area + 1) + exchange;
  return {codes_ + at[0], at[1] - at[0]};
}

bool MappedList::contains(std::uint64_t number) const {
  auto const exchange = static_cast<unsigned>(number / lines_per_exchange);
  auto const code = code_of(exchange / exchanges_per_area, exchange % exchanges_per_area);
  return !code.empty() && has_line(code, static_cast<unsigned>(number % lines_per_exchange));
}

void MappedList::add_to(NumberSet& numbers) const {
  for (unsigned area = 0; area < area_codes; ++area) {
    if (rows_[area] == no_row) continue;
    for (unsigned i = 0; i < exchanges_per_area; ++i)
      if (auto const code = code_of(area, i); !code.empty())
        numbers.add_exchange(area * exchanges_per_area + i, code);
  }
}

}  // namespace linebook::lists

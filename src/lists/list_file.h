// A do-not-call list as a file, of which nothing is ever changed: it is replaced as a whole.
//
//   header (128 bytes) · rows of the area codes (1,000 × u16: 0xFFFF where there is none) · the rows, 1,001 ×
//   u32 each: where the code of each exchange begins, and where the last one ends · the exchanges' codes, one
//   behind the other (exchange_code.h) · 8 zeros
//
// Words as this machine has them, little-endian. The checksum (XXH3, 128 bits) is over all of it but itself.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "app/ports/do_not_call_lists.h"
#include "base/result.h"
#include "lists/number_set.h"

namespace linebook::lists {

inline constexpr std::array<char, 8> list_magic{'L', 'B', 'D', 'N', 'C', 'L', 'S', 'T'};
inline constexpr std::uint32_t list_format = 1;
inline constexpr std::string_view list_suffix = ".dnc";
/// Drafts begin so: whatever of them a killed process left may be deleted by whoever holds the directory.
inline constexpr std::string_view draft_prefix = ".draft-";

using Checksum = std::array<std::uint8_t, 16>;

struct ListHeader {
  std::array<char, 8> magic;
  std::uint32_t format;
  std::uint32_t areas;         // that have a row
  std::array<char, 16> name;   // "national", "TX"; zeros behind it
  std::array<char, 16> as_of;  // "2026-11-20"
  std::uint64_t version;
  std::uint64_t numbers;
  std::uint64_t bytes;  // of the file
  std::array<std::uint8_t, 40> reserved;
  Checksum checksum;
};
static_assert(sizeof(ListHeader) == 128);

inline constexpr std::uint16_t no_row = 0xFFFF;
using AreaRows = std::array<std::uint16_t, area_codes>;
using AreaRow = std::array<std::uint32_t, exchanges_per_area + 1>;

/// "national", or two capitals.
bool is_list_name(std::string_view);
std::string file_name_of(std::string_view list);

/// A file in `directory` that goes away with the object, unless it takes a list's place.
class DraftFile {
 public:
  /// Makes the directory (0700) where there is none.
  static Result<DraftFile> create(std::filesystem::path const& directory, std::string_view list);
  ~DraftFile();
  DraftFile(DraftFile&&) noexcept;
  DraftFile& operator=(DraftFile&&) = delete;

  std::filesystem::path const& path() const { return path_; }
  Result<void> write(void const* bytes, std::size_t size);
  Result<void> write_at(std::uint64_t offset, void const* bytes, std::size_t size);
  /// Up to `size` bytes; fewer at the end alone.
  Result<std::size_t> read_at(std::uint64_t offset, void* into, std::size_t size) const;
  /// Durable from here on.
  Result<void> sync();
  /// Under its new name, durable; what stood there before is gone.
  Result<void> take_place(std::filesystem::path const& target);

 private:
  DraftFile(std::filesystem::path path, int file) : path_(std::move(path)), file_(file) {}
  std::filesystem::path path_;
  int file_;
};

/// Called now and then with how many of the numbers are written; may throw, and then there is no list.
using WriteProgress = std::function<void(std::uint64_t numbers)>;

/// Writes all of `numbers`, and syncs. Of `about` name, as_of and version are taken; bytes is told.
Result<DoNotCallList> write_list(DraftFile&, NumberSet const& numbers, DoNotCallList about,
                                 WriteProgress const&);

}  // namespace linebook::lists

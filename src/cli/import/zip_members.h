// The files of a ZIP archive, one behind the other as they lie there: read from its beginning to its end, in
// constant memory, so that it may come through a pipe or a socket. Stored and deflated members, ZIP64 too;
// each one's checksum is checked, and at the end that there were as many as the archive says.
//
// PKWARE, APPNOTE.TXT 6.3: sections 4.3.7 (local header), 4.3.9 (data descriptor), 4.3.12 to 4.3.16 (the
// end).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cli/console.h"

namespace linebook {

class ZipMembers {
 public:
  static constexpr std::uint64_t max_members = 100'000;

  /// Does a file that begins so claim to be an archive?
  static bool is_archive(std::string_view head);

  /// `file` outlives it.
  explicit ZipMembers(InputFile& file);
  ~ZipMembers();

  /// The name of the next member that is a file, with every byte that could upset a terminal replaced;
  /// nothing behind the last one. What was not read of the one before is passed over, and checked all the
  /// same.
  Result<std::optional<std::string>> next();
  /// Of that member, up to `size` bytes; 0 at its end.
  Result<std::size_t> read(char* into, std::size_t size);

 private:
  class Inflater;
  struct Member {
    bool is_deflated = false;
    bool has_descriptor = false;
    std::uint32_t crc = 0;
    std::uint64_t packed = 0;    // bytes that it claims to take
    std::uint64_t unpacked = 0;  // bytes
    std::uint32_t seen_crc = 0;
    std::uint64_t seen_packed = 0;
    std::uint64_t seen_unpacked = 0;
  };

  Result<void> have(std::size_t bytes);
  std::string_view waiting() const { return std::string_view(buffer_).substr(at_, filled_ - at_); }
  Result<std::string> take(std::size_t bytes);
  Result<void> pass_over(std::uint64_t bytes);
  Result<std::string> open_member();
  Result<void> read_sizes(std::string_view extra);
  Result<std::size_t> read_stored(char* into, std::size_t size);
  Result<std::size_t> read_deflated(char* into, std::size_t size);
  Result<void> end_member();
  Result<void> read_descriptor();
  Result<void> read_end();

  InputFile& file_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::size_t filled_ = 0;
  std::uint64_t members_ = 0;
  std::optional<Member> member_;
  std::unique_ptr<Inflater> inflater_;
};

}  // namespace linebook

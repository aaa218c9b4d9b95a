// What a replica's files hold (ADR 19). All numbers are little-endian; checksums are XXH3.
//
//   GGGGGGGGGG-PPPPPPPPPPPPPPPPPPPP.log    commits of generation G from position P on, one record each
//   GGGGGGGGGG-PPPPPPPPPPPPPPPPPPPP.base   the database file, for commits from P on to be put over it
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "store/sqlite/replica/replica_directory.h"

namespace linebook::sqlite {

/// One commit: the pages that it changed, as they are after it.
struct ReplicaCommit {
  std::uint64_t position = 0;   // each commit's is one more than the one's before
  std::uint64_t timeline = 0;   // who wrote it: one opening of the store
  Instant time;                 // never before that of the one before
  std::uint64_t log_salts = 0;  // the write-ahead log that it was read from
  std::uint32_t database_pages = 0;
  /// All that is in that log, of however many commits: it may stand for several positions.
  bool whole_log = false;
  /// Not kept. Of a whole log: the position before its first commit, where that is known.
  std::optional<std::uint64_t> log_starts_after = {};
  bool starts_log = false;           // not kept: the first commit in that log
  std::vector<std::uint32_t> pages;  // numbers, from 1
  std::string images;                // one after the other

  std::size_t bytes() const { return images.size() + pages.size() * sizeof(std::uint32_t) + 64; }
};

struct ReplicaFileName {
  std::uint64_t generation = 0;
  std::uint64_t position = 0;
  bool is_base = false;

  std::string text() const;
  static std::optional<ReplicaFileName> parse(std::string_view);
  auto operator<=>(ReplicaFileName const&) const = default;
};

/// Those of the directory that are a replica's, in order.
std::vector<ReplicaFileName> replica_files(ReplicaDirectory&);

/// A file of commits that grows.
class ReplicaSegment {
 public:
  /// `link` is the checksum of the record before its first. Durable with its name on return.
  ReplicaSegment(ReplicaDirectory&, ReplicaFileName, std::uint32_t page_size, std::uint64_t installation,
                 std::uint64_t link);

  void append(ReplicaCommit const&);
  ReplicaFile& file() { return *file_; }
  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t link() const { return link_; }

 private:
  std::unique_ptr<ReplicaFile> file_;
  std::uint64_t bytes_ = 0;
  std::uint64_t link_;
};

/// A segment as it was found.
struct ReadSegment {
  std::uint32_t page_size = 0;
  std::uint64_t installation = 0;
  std::uint64_t first_link = 0;
  std::uint64_t link = 0;                  // of the last whole record
  std::size_t commits = 0;                 // whole ones
  std::optional<ReplicaCommit> last = {};  // without its images
};

/// Calls with every whole record from the beginning, up to the first that is not; nothing where not even the
/// segment's own head is whole. With `link`: none of them where they do not follow from that record.
std::optional<ReadSegment> read_segment(ReplicaDirectory&, ReplicaFileName,
                                        std::function<void(ReplicaCommit const&)> const& visit = {},
                                        std::optional<std::uint64_t> link = {});

/// How far a base is good: as it was copied while commits went on, it is whole only once all commits from its
/// file's position to this one are put over it.
struct ReplicaBase {
  std::uint64_t position = 0;
  Instant time;  // of that commit
  std::uint64_t pages = 0;
  std::uint32_t page_size = 0;
};

class ReplicaBaseWriter {
 public:
  ReplicaBaseWriter(ReplicaDirectory&, ReplicaFileName, std::uint32_t page_size, std::uint64_t installation);
  ~ReplicaBaseWriter();
  /// Whole pages, in order; written and synced.
  void append(std::string_view pages);
  /// Durable on return.
  void finish(std::uint64_t position, Instant time);

 private:
  struct Hash;
  ReplicaDirectory& directory_;
  std::unique_ptr<ReplicaFile> file_;
  std::unique_ptr<Hash> hash_;
  std::uint32_t const page_size_;
  std::uint64_t pages_ = 0;
};

/// Nothing where it is not finished. Looks at its head and its end alone.
std::optional<ReplicaBase> find_base(ReplicaDirectory&, ReplicaFileName);
/// Calls with its pages in order, many at a time. False where they are not what was written.
bool read_base(ReplicaDirectory&, ReplicaFileName, std::function<void(std::string_view pages)> const&);

std::uint64_t replica_installation(std::string_view fingerprint);

}  // namespace linebook::sqlite

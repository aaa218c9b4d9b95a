// Where the nodes of an installation that is on a database leave do-not-call lists for each other: files,
// kept in pieces, seen only when they are whole. Each node has its own copy, which it maps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/do_not_call_lists.h"
#include "base/result.h"

namespace linebook {

inline constexpr std::size_t shared_list_piece = std::size_t{1} << 20;  // bytes; of the last one, fewer

struct SharedList {
  DoNotCallList about;
  std::string checksum;  // of the file, as it tells it itself
};

/// Any thread; each call waits for the database, within the bounds of its connections.
class SharedLists {
 public:
  virtual ~SharedLists() = default;

  /// The newest whole version of each, "national" first.
  virtual Result<std::vector<SharedList>> newest() = 0;

  /// A version that no file of that name has had.
  virtual Result<std::uint64_t> next_version(std::string const& name) = 0;

  /// Piece `i` begins at `i` × shared_list_piece.
  using ReadPiece = std::function<Result<std::string>(std::uint64_t piece)>;
  using TakePiece = std::function<Result<void>(std::string_view)>;

  /// Afterwards all nodes find it, and older versions are gone. `based_on`: the version that it was made from
  /// and that must still be the newest; 0: whichever. `conflict` where another file was faster.
  virtual Result<void> put(SharedList const&, std::uint64_t based_on, ReadPiece const&) = 0;

  /// All pieces in order. `not_found` where it is gone meanwhile, for a newer one.
  virtual Result<void> get(SharedList const&, TakePiece const&) = 0;
};

}  // namespace linebook

// A database's past: who wrote which of its commits. Each opening of the store is a timeline, a random
// number; its commits are those from its start up to the start of the next. A copy that was put back and went
// on has another past than what went on without it, though their positions are alike.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace linebook::sqlite {

class Timelines {
 public:
  static constexpr std::size_t max_kept = 256;

  /// "9f3a6c21d0e4b5a7@0,…", as text() wrote it.
  static Timelines parse(std::string_view);
  std::string text() const;

  /// Commits after `position` are its own. Drops the last where that has none, and the oldest of too many.
  void begin(std::uint64_t timeline, std::uint64_t position);
  std::uint64_t current() const { return lines_.empty() ? 0 : lines_.back().timeline; }

  /// Whether all that wrote commits up to `position` is still known: only so many timelines are kept.
  bool remembers(std::uint64_t position) const {
    return lines_.size() < max_kept || position > lines_.front().start;
  }
  /// Whether the database whose last commit is at `last` has that commit in its past.
  bool contains(std::uint64_t timeline, std::uint64_t position, std::uint64_t last) const;

 private:
  struct Line {
    std::uint64_t timeline;
    std::uint64_t start;
  };
  std::vector<Line> lines_;
};

}  // namespace linebook::sqlite

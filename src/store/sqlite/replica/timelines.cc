#include "store/sqlite/replica/timelines.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace linebook::sqlite {
namespace {

std::uint64_t number_in(std::string_view text, int base) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

}  // namespace

Timelines Timelines::parse(std::string_view text) {
  Timelines past;
  while (!text.empty()) {
    auto const line = text.substr(0, text.find(','));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    auto const at = line.find('@');
    if (at != line.npos)
      past.lines_.push_back({number_in(line.substr(0, at), 16), number_in(line.substr(at + 1), 10)});
  }
  return past;
}

std::string Timelines::text() const {
  std::string text;
  for (auto const& line : lines_)
    text += fmt::format("{}{:016x}@{}", text.empty() ? "" : ",", line.timeline, line.start);
  return text;
}

void Timelines::begin(std::uint64_t timeline, std::uint64_t position) {
  if (!lines_.empty() && lines_.back().start == position) lines_.pop_back();
  lines_.push_back({timeline, position});
  if (lines_.size() > max_kept) lines_.erase(lines_.begin());
}

bool Timelines::contains(std::uint64_t timeline, std::uint64_t position, std::uint64_t last) const {
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    auto const end = i + 1 < lines_.size() ? lines_[i + 1].start : last;
    if (lines_[i].timeline == timeline && position > lines_[i].start && position <= end) return true;
  }
  return false;
}

}  // namespace linebook::sqlite

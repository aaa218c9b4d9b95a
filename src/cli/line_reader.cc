#include "cli/line_reader.h"

#include <algorithm>

namespace linebook {

Result<LineReader::Line> LineReader::next() {
  text_.clear();
  bool too_long = false;
  bool any = false;
  for (;;) {
    if (at_ == filled_) {
      auto n = file_.read(buffer_.data(), buffer_.size());
      if (!n) return fail(std::move(n.error()));
      at_ = 0;
      filled_ = *n;
      bytes_read_ += *n;
      if (filled_ == 0) break;
    }
    any = true;
    auto const start = buffer_.begin() + static_cast<std::ptrdiff_t>(at_);
    auto const end = std::find(start, buffer_.begin() + static_cast<std::ptrdiff_t>(filled_), '\n');
    auto const length = static_cast<std::size_t>(end - start);
    too_long |= text_.size() + length > max_line_;
    if (!too_long) text_.append(start, end);
    at_ += length;
    if (at_ == filled_) continue;
    ++at_;  // the line end
    break;
  }
  if (!any) return Line::end;
  ++number_;
  if (text_.ends_with('\r')) text_.pop_back();
  return too_long ? Line::too_long : Line::text;
}

}  // namespace linebook

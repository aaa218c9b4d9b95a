// The chunked transfer coding (RFC 9112 section 7.1), decoded byte by byte, so that the outcome does not
// depend on how the bytes were cut up on their way. Chunk extensions and trailer fields are checked for form
// and dropped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace linebook::http {

class ChunkedBody {
 public:
  struct Bounds {
    std::size_t body = 0;      // decoded bytes in all
    std::size_t overhead = 0;  // bytes of all chunk extensions and trailer fields together
  };
  enum class Step { need_more, complete, malformed, too_large };

  explicit ChunkedBody(Bounds bounds) : bounds_(bounds) {}

  /// Appends what `input` holds of the body to `body`. `consumed` tells how much of `input` was used: all of
  /// it unless the body is complete (the rest belongs to the next request) or the answer is malformed or
  /// too_large.
  Step decode(std::string_view input, std::size_t& consumed, std::string& body);

 private:
  enum class At {
    size_first,
    size,
    extension,
    size_line_feed,
    data,
    data_return,
    data_line_feed,
    trailer_first,
    trailer,
    trailer_line_feed,
    last_line_feed,
  };

  Step take_data(std::string_view input, std::size_t& consumed, std::string& body);
  Step take(char);
  Step take_size_digit(char);
  Step end_size_line();
  bool within_overhead() { return ++overhead_ <= bounds_.overhead; }

  Bounds bounds_;
  At at_ = At::size_first;
  std::uint64_t size_ = 0;  // of the current chunk, or what is left of it
  int size_digits_ = 0;
  std::size_t body_bytes_ = 0;  // all chunks announced so far
  std::size_t overhead_ = 0;
  bool trailer_named_ = false;  // the current trailer line has its colon
};

}  // namespace linebook::http

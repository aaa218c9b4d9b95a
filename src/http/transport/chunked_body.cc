#include "http/transport/chunked_body.h"

#include <algorithm>

#include "base/hex_digit.h"

namespace linebook::http {
namespace {

bool is_text(char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f); }

}  // namespace

ChunkedBody::Step ChunkedBody::decode(std::string_view input, std::size_t& consumed, std::string& body) {
  consumed = 0;
  while (consumed < input.size()) {
    auto const step = at_ == At::data ? take_data(input, consumed, body) : take(input[consumed++]);
    if (step != Step::need_more) return step;
  }
  return Step::need_more;
}

ChunkedBody::Step ChunkedBody::take_data(std::string_view input, std::size_t& consumed, std::string& body) {
  auto const bytes = std::min<std::uint64_t>(size_, input.size() - consumed);
  body.append(input.substr(consumed, bytes));
  consumed += bytes;
  size_ -= bytes;
  if (size_ == 0) at_ = At::data_return;
  return Step::need_more;
}

ChunkedBody::Step ChunkedBody::take(char c) {
  auto const expect = [&](char wanted, At next) {
    at_ = next;
    return c == wanted ? Step::need_more : Step::malformed;
  };
  switch (at_) {
    case At::size_first:
      size_ = 0;
      size_digits_ = 0;
      at_ = At::size;
      return hex_value(c) < 0 ? Step::malformed : take_size_digit(c);
    case At::size:
      if (hex_value(c) >= 0) return take_size_digit(c);
      // No white space here: servers that skip it and servers that do not see two different bodies.
      if (c == ';') return at_ = At::extension, within_overhead() ? Step::need_more : Step::malformed;
      return expect('\r', At::size_line_feed);
    case At::extension:
      if (is_text(c)) return within_overhead() ? Step::need_more : Step::malformed;
      return expect('\r', At::size_line_feed);
    case At::size_line_feed:
      return c == '\n' ? end_size_line() : Step::malformed;
    case At::data:
      return Step::malformed;  // decode() never brings data here
    case At::data_return:
      return expect('\r', At::data_line_feed);
    case At::data_line_feed:
      return expect('\n', At::size_first);
    case At::trailer_first:
      if (c == '\r') return at_ = At::last_line_feed, Step::need_more;
      if (c == ' ' || c == '\t' || c == ':') return Step::malformed;
      trailer_named_ = false;
      at_ = At::trailer;
      [[fallthrough]];
    case At::trailer:
      trailer_named_ = trailer_named_ || c == ':';
      if (is_text(c)) return within_overhead() ? Step::need_more : Step::malformed;
      return trailer_named_ ? expect('\r', At::trailer_line_feed) : Step::malformed;
    case At::trailer_line_feed:
      return expect('\n', At::trailer_first);
    case At::last_line_feed:
      return c == '\n' ? Step::complete : Step::malformed;
  }
  return Step::malformed;
}

ChunkedBody::Step ChunkedBody::take_size_digit(char c) {
  // Leading zeros could go on for ever; with the bound checked at every digit the number cannot overflow.
  if (++size_digits_ > 16) return Step::malformed;
  size_ = size_ * 16 + static_cast<std::uint64_t>(hex_value(c));
  return size_ > bounds_.body - body_bytes_ ? Step::too_large : Step::need_more;
}

ChunkedBody::Step ChunkedBody::end_size_line() {
  body_bytes_ += size_;
  at_ = size_ == 0 ? At::trailer_first : At::data;
  return Step::need_more;
}

}  // namespace linebook::http

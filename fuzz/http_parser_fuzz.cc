// Bytes of a connection to requests (http/transport/request_reader.h), without sockets. The first byte of the
// input says how the rest is cut up; whatever the cuts, the outcome must be the same as in one piece.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/transport/request_reader.h"

namespace {

using linebook::http::Framing;
using linebook::http::Limits;
using linebook::http::Request;
using linebook::http::RequestReader;

constexpr Limits small_limits() {
  Limits limits;
  limits.header_bytes = 1024;
  limits.body_bytes = 6000;  // larger than the reader's first block, so that bodies also leave it
  return limits;
}

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_clean(std::string_view text) {
  return std::ranges::none_of(text, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

/// What every request must be, once its head was accepted.
void check_head(Request const& request) {
  require(!request.method.empty() && is_clean(request.method));
  require(request.path.starts_with('/') && is_clean(request.target) && !request.target.contains(' '));
  require(request.target.starts_with(request.path) && request.target.ends_with(request.query));
  require(!(request.chunked && request.content_length));
  for (auto const& [name, value] : request.headers) {
    require(!name.empty() && !name.contains(' ') && is_clean(name) && is_clean(value));
  }
}

void append(std::string& out, std::string_view text) {
  out += text;
  out += '\n';
}

void describe(std::string& out, Request const& request, Framing const& framing) {
  append(out, request.method);
  append(out, request.target);
  append(out, request.path);
  append(out, request.query);
  for (auto const& [name, value] : request.headers) {
    append(out, name);
    append(out, value);
  }
  append(out, request.body);
  out += framing.keep_alive ? 'k' : 'c';
  out += framing.expects_continue ? 'e' : '-';
  out += framing.version == Framing::Version::http_1_1 ? '1' : '0';
}

/// Reads `bytes` in pieces whose sizes follow from `seed`; 0 means one piece.
std::string outcome(std::string_view bytes, std::uint8_t seed) {
  static constexpr Limits limits = small_limits();
  RequestReader reader(limits);
  std::string out;
  std::uint32_t random = seed;
  for (;;) {
    switch (reader.next()) {
      case RequestReader::Step::need_more: {
        if (bytes.empty()) return out + (reader.is_empty() ? "end" : "unfinished");
        random = random * 1664525 + 1013904223;
        auto const piece = seed == 0 ? bytes.size() : 1 + (random >> 16) % (seed % 2 == 0 ? 4 : 300);
        auto const space = reader.space();
        require(!space.empty());
        auto const taken = std::min({piece, space.size(), bytes.size()});
        std::ranges::copy(bytes.substr(0, taken), space.data());
        reader.received(taken);
        bytes.remove_prefix(taken);
        break;
      }
      case RequestReader::Step::head_complete:
        check_head(reader.request());
        reader.read_body();
        break;
      case RequestReader::Step::request_complete:
        require(reader.request().body.size() <= limits.body_bytes);
        check_head(reader.request());
        describe(out, reader.request(), reader.framing());
        reader.finish();
        break;
      case RequestReader::Step::failed:
        return out + reader.error().message;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size == 0) return 0;
  auto const bytes = std::string_view(reinterpret_cast<char const*>(data), size).substr(1);
  auto const whole = outcome(bytes, 0);
  require(outcome(bytes, 1) == whole);
  require(outcome(bytes, 2) == whole);
  require(outcome(bytes, data[0]) == whole);
  return 0;
}

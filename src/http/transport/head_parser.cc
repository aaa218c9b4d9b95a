#include "http/transport/head_parser.h"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <charconv>
#include <limits>

namespace linebook::http {
namespace {

namespace beast = boost::beast;

std::string_view std_view(beast::string_view text) { return {text.data(), text.size()}; }

/// Beast checks the grammar; what the fields mean together is checked afterwards, in one place, by
/// parse_head.
class HeadParser final : public beast::http::basic_parser<true> {
 public:
  explicit HeadParser(Request& request) : request_(request) {
    header_limit(
        std::numeric_limits<std::uint32_t>::max());  // RequestReader has checked Limits::header_bytes
    skip(true);                                      // and reads the body itself
  }

  std::string_view target;
  int version = 0;
  std::size_t hosts = 0;
  std::size_t content_lengths = 0;
  std::size_t transfer_encodings = 0;
  std::string_view host;
  std::string_view content_length_text;
  std::string_view transfer_encoding;
  std::string_view expect;

 private:
  using Verb = beast::http::verb;
  using Field = beast::http::field;
  using ErrorCode = beast::error_code;
  using View = beast::string_view;

  void on_request_impl(Verb, View method, View request_target, int http_version, ErrorCode&) override {
    request_.method = std_view(method);
    target = std_view(request_target);
    version = http_version;
  }

  void on_field_impl(Field field, View name, View value, ErrorCode&) override {
    request_.headers.emplace_back(std_view(name), std_view(value));
    switch (field) {
      case Field::host:
        ++hosts, host = std_view(value);
        break;
      case Field::content_length:
        ++content_lengths, content_length_text = std_view(value);
        break;
      case Field::transfer_encoding:
        ++transfer_encodings, transfer_encoding = std_view(value);
        break;
      case Field::expect:
        expect = std_view(value);
        break;
      default:
        break;
    }
  }

  void on_header_impl(ErrorCode&) override {}
  void on_finish_impl(ErrorCode&) override {}
  void on_response_impl(int, View, int, ErrorCode&) override {}
  void on_body_init_impl(boost::optional<std::uint64_t> const&, ErrorCode&) override {}
  std::size_t on_body_impl(View body, ErrorCode&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, View, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View body, ErrorCode&) override { return body.size(); }

  Request& request_;
};

std::unexpected<Error> refused(std::string message) {
  return fail(ErrorCode::invalid_request, std::move(message));
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~%!$&'()*+;=:[]").contains(c);
}

/// RFC 9110 section 7.2: uri-host [ ":" port ].
bool is_valid_host(std::string_view host) {
  if (host.empty() || !std::ranges::all_of(host, is_host_character)) return false;
  bool const literal = host.front() == '[';
  auto const name_end = literal ? host.find(']') : host.find(':');
  if (literal && name_end == host.npos) return false;
  auto rest = name_end == host.npos ? std::string_view() : host.substr(name_end + (literal ? 1 : 0));
  auto const name = host.substr(literal ? 1 : 0, literal ? name_end - 1 : name_end);
  if (name.empty() || name.find_first_of(literal ? "[]" : "[]:") != name.npos) return false;
  if (rest.empty()) return true;
  return rest.front() == ':' && rest.size() <= 6 &&
         std::ranges::all_of(rest.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

/// RFC 9112 section 3.2: origin form, or the origin form inside the absolute form.
Result<void> take_target(std::string_view target, Request& request) {
  if (std::ranges::any_of(target, [](char c) { return c == '#' || static_cast<unsigned char>(c) >= 0x80; })) {
    return refused("the request target must be percent-encoded and must not hold a fragment");
  }
  if (target.front() != '/') {
    auto const scheme = target.find("://");
    auto const name = target.substr(0, scheme == target.npos ? 0 : scheme);
    if (!beast::iequals(name, "http") && !beast::iequals(name, "https")) {
      return refused("the request target must be a path, or an absolute http or https URL");
    }
    auto const authority = target.substr(scheme + 3);
    auto const end = authority.find_first_of("/?");
    if (!is_valid_host(authority.substr(0, end))) return refused("the request target names no valid host");
    target = end == authority.npos ? "/" : authority.substr(end);
    if (target.front() == '?') return refused("the request target has no path");
  }
  auto const mark = target.find('?');
  request.target = target;
  request.path = target.substr(0, mark);
  request.query = mark == target.npos ? std::string_view() : target.substr(mark + 1);
  return {};
}

/// RFC 9112 section 6.3. Where the standard lets a server repair, we refuse: no honest client needs the
/// repair.
Result<void> take_body_framing(HeadParser const& parser, Request& request) {
  if (parser.transfer_encodings > 0) {
    if (parser.content_lengths > 0) return refused("Content-Length and Transfer-Encoding exclude each other");
    if (parser.version < 11) return refused("Transfer-Encoding needs HTTP/1.1");
    if (parser.transfer_encodings > 1 || !beast::iequals(parser.transfer_encoding, "chunked")) {
      return refused("the only Transfer-Encoding understood is chunked, once");
    }
    request.chunked = true;
  }
  if (parser.content_lengths > 1) return refused("Content-Length must not be repeated");
  if (parser.content_lengths == 1) {
    auto const text = parser.content_length_text;
    std::uint64_t length = 0;
    auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (problem != std::errc() || end != text.data() + text.size()) {
      return refused("Content-Length must be one decimal number");
    }
    request.content_length = length;
  }
  return {};
}

}  // namespace

bool speaks_http_1(std::string_view line) {
  return line.ends_with(" HTTP/1.1") || line.ends_with(" HTTP/1.0");
}

Result<Framing> parse_head(std::string_view head, Request& request) {
  HeadParser parser(request);
  beast::error_code problem;
  auto const used = parser.put(boost::asio::const_buffer(head.data(), head.size()), problem);
  if (problem) return refused("the request head is malformed: " + problem.message());
  if (!parser.is_done() || used != head.size()) return refused("the request head is malformed");

  if (auto target = take_target(parser.target, request); !target) return fail(target.error());
  if (parser.hosts > 1) return refused("Host must not be repeated");
  if (parser.hosts == 0 && parser.version == 11) return refused("Host is missing");
  if (parser.hosts == 1 && !is_valid_host(parser.host)) return refused("Host is not valid");
  if (auto framing = take_body_framing(parser, request); !framing) return fail(framing.error());

  return Framing{.version = parser.version == 11 ? Framing::Version::http_1_1 : Framing::Version::http_1_0,
                 .keep_alive = parser.keep_alive(),
                 .expects_continue = parser.version == 11 && beast::iequals(parser.expect, "100-continue")};
}

}  // namespace linebook::http

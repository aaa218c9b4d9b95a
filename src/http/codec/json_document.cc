#include "http/codec/json_document.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <string>
#include <vector>

namespace linebook::http {
namespace {

namespace json = boost::json;

/// Builds the value as json::parser does, and remembers each object's keys on the way, which json::object
/// does not tell apart once they are in it.
class StrictHandler {
 public:
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();
  using Code = json::error_code;

  char const* refused() const { return refused_; }
  json::value release() { return stack_.release(); }

  bool on_document_begin(Code&) {
    stack_.reset();
    return true;
  }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) {
    keys_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t n, Code& ec) {
    auto& keys = keys_.back();
    std::ranges::sort(keys);
    if (std::ranges::adjacent_find(keys) != keys.end())
      return refuse("a key is used twice in one object", ec);
    keys_.pop_back();
    stack_.push_object(n);
    return true;
  }
  bool on_array_begin(Code&) { return true; }
  bool on_array_end(std::size_t n, Code&) {
    stack_.push_array(n);
    return true;
  }
  bool on_key_part(json::string_view s, std::size_t, Code& ec) {
    if (!without_nul(s, ec)) return false;
    key_.append(s.data(), s.size());
    stack_.push_chars(s);
    return true;
  }
  bool on_key(json::string_view s, std::size_t, Code& ec) {
    if (!without_nul(s, ec)) return false;
    key_.append(s.data(), s.size());
    keys_.back().push_back(std::move(key_));
    key_.clear();
    stack_.push_key(s);
    return true;
  }
  bool on_string_part(json::string_view s, std::size_t, Code& ec) {
    if (!without_nul(s, ec)) return false;
    stack_.push_chars(s);
    return true;
  }
  bool on_string(json::string_view s, std::size_t, Code& ec) {
    if (!without_nul(s, ec)) return false;
    stack_.push_string(s);
    return true;
  }
  bool on_number_part(json::string_view, Code&) { return true; }
  bool on_int64(std::int64_t i, json::string_view, Code&) {
    stack_.push_int64(i);
    return true;
  }
  bool on_uint64(std::uint64_t u, json::string_view, Code&) {
    stack_.push_uint64(u);
    return true;
  }
  bool on_double(double d, json::string_view, Code&) {
    stack_.push_double(d);
    return true;
  }
  bool on_bool(bool b, Code&) {
    stack_.push_bool(b);
    return true;
  }
  bool on_null(Code&) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, Code&) { return true; }
  bool on_comment(json::string_view, Code&) { return true; }

 private:
  bool without_nul(json::string_view s, Code& ec) {
    return s.find('\0') == json::string_view::npos || refuse("a string contains NUL", ec);
  }
  bool refuse(char const* why, Code& ec) {
    refused_ = why;
    ec = json::make_error_code(json::error::syntax);
    return false;
  }

  json::value_stack stack_;
  std::vector<std::vector<std::string>> keys_;  // of the objects that are open
  std::string key_;
  char const* refused_ = nullptr;
};

std::unexpected<Error> malformed(std::string why) {
  return fail(ErrorCode::malformed_json, "the body is not valid JSON: " + std::move(why));
}

}  // namespace

Result<json::value> parse_json(std::string_view body) {
  json::parse_options options;
  options.max_depth = max_json_depth;
  json::basic_parser<StrictHandler> parser(options);
  json::error_code ec;
  auto const used = parser.write_some(false, body.data(), body.size(), ec);
  if (ec) {
    if (auto const* why = parser.handler().refused()) return malformed(why);
    if (ec == json::error::incomplete) return malformed("it ends too early");
    return malformed(ec.message() + " at byte " + std::to_string(used));
  }
  auto const rest = body.substr(used);
  if (rest.find_first_not_of(" \t\r\n") != std::string_view::npos)
    return malformed("something follows the value, at byte " + std::to_string(used));
  return parser.handler().release();
}

}  // namespace linebook::http

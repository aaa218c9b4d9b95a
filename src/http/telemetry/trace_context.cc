#include "http/telemetry/trace_context.h"

#include <algorithm>
#include <cstddef>

#include "domain/text/ascii.h"

namespace linebook::http {
namespace {

// 00-<trace id>-<parent id>-<flags>
constexpr std::size_t version_size = 2;
constexpr std::size_t trace_id_size = 32;
constexpr std::size_t parent_id_size = 16;
constexpr std::size_t flags_size = 2;
constexpr std::size_t header_size = version_size + 1 + trace_id_size + 1 + parent_id_size + 1 + flags_size;

/// Takes a field of that many lower-case hexadecimal digits, and the dash behind it, off the front.
std::string_view take_hex(std::string_view& rest, std::size_t size) {
  auto const field = rest.substr(0, size);
  bool const is_hex =
      std::ranges::all_of(field, [](char c) { return is_ascii_digit(c) || (c >= 'a' && c <= 'f'); });
  if (field.size() != size || !is_hex || (rest.size() > size && rest[size] != '-')) return {};
  rest.remove_prefix(std::min(rest.size(), size + 1));
  return field;
}

bool is_zero(std::string_view hex) { return hex.find_first_not_of('0') == hex.npos; }

}  // namespace

std::string_view trace_id_of(std::string_view traceparent) {
  auto rest = traceparent;
  auto const version = take_hex(rest, version_size);
  auto const trace_id = take_hex(rest, trace_id_size);
  auto const parent_id = take_hex(rest, parent_id_size);
  auto const flags = take_hex(rest, flags_size);
  if (version.empty() || version == "ff" || is_zero(trace_id) || is_zero(parent_id) || flags.empty())
    return {};
  // Versions to come may append fields; ours has none.
  if (version == "00" && traceparent.size() != header_size) return {};
  return trace_id;
}

}  // namespace linebook::http

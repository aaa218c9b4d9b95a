#include "base/trace_context.h"

#include <algorithm>
#include <cstddef>

namespace linebook {
namespace {

// 00-<trace id>-<parent id>-<flags>
constexpr std::size_t version_size = 2;
constexpr std::size_t trace_id_size = 32;
constexpr std::size_t parent_id_size = 16;
constexpr std::size_t flags_size = 2;
constexpr std::size_t header_size = version_size + 1 + trace_id_size + 1 + parent_id_size + 1 + flags_size;
constexpr std::uint64_t sampled_flag = 1;

constexpr bool is_lower_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

/// Takes a field of that many lower-case hexadecimal digits, and the dash behind it, off the front.
std::string_view take_hex(std::string_view& rest, std::size_t size) {
  auto const field = rest.substr(0, size);
  if (field.size() != size || !std::ranges::all_of(field, is_lower_hex) ||
      (rest.size() > size && rest[size] != '-'))
    return {};
  rest.remove_prefix(std::min(rest.size(), size + 1));
  return field;
}

std::uint64_t value_of(std::string_view hex) {
  std::uint64_t value = 0;
  for (char const c : hex) value = value << 4 | static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
  return value;
}

void append_hex(std::string& out, std::uint64_t value) {
  for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[value >> shift & 0xf];
}

}  // namespace

std::optional<TraceContext> parse_traceparent(std::string_view header) {
  auto rest = header;
  auto const version = take_hex(rest, version_size);
  auto const trace_id = take_hex(rest, trace_id_size);
  auto const parent_id = take_hex(rest, parent_id_size);
  auto const flags = take_hex(rest, flags_size);
  if (version.empty() || version == "ff" || trace_id.empty() || parent_id.empty() || flags.empty())
    return std::nullopt;
  // Versions to come may append fields; ours has none.
  if (version == "00" && header.size() != header_size) return std::nullopt;
  TraceContext const context{value_of(trace_id.substr(0, 16)), value_of(trace_id.substr(16)),
                             value_of(parent_id), (value_of(flags) & sampled_flag) != 0};
  if (!context || context.span == 0) return std::nullopt;
  return context;
}

std::string trace_id_text(TraceContext const& context) {
  std::string text;
  append_hex(text, context.trace_high);
  append_hex(text, context.trace_low);
  return text;
}

std::string span_id_text(std::uint64_t span) {
  std::string text;
  append_hex(text, span);
  return text;
}

std::string traceparent_of(TraceContext const& context) {
  return "00-" + trace_id_text(context) + "-" + span_id_text(context.span) +
         (context.sampled ? "-01" : "-00");
}

}  // namespace linebook

#include "http/codec/etag.h"

#include <fmt/format.h>

// The functions themselves, so that nothing is linked.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace linebook::http {

std::string entity_tag(std::string_view body) {
  auto const hash = XXH3_128bits(body.data(), body.size());
  return fmt::format("\"{:016x}{:016x}\"", hash.high64, hash.low64);
}

bool names_tag(std::string_view list, std::string_view tag, TagComparison comparison) {
  while (!list.empty()) {
    auto const comma = list.find(',');
    auto item = list.substr(0, comma);
    list.remove_prefix(comma == list.npos ? list.size() : comma + 1);
    while (!item.empty() && (item.front() == ' ' || item.front() == '\t')) item.remove_prefix(1);
    while (!item.empty() && (item.back() == ' ' || item.back() == '\t')) item.remove_suffix(1);
    if (comparison == TagComparison::weak && item.starts_with("W/")) item.remove_prefix(2);
    if (item == "*" || item == tag) return true;
  }
  return false;
}

}  // namespace linebook::http

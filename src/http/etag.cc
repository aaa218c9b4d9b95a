#include "http/etag.h"

#include <sodium.h>

#include <array>

namespace linebook::http {

std::string entity_tag(std::string_view body) {
  std::array<unsigned char, 16> hash;
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<unsigned char const*>(body.data()),
                     body.size(), nullptr, 0);
  static constexpr char digits[] = "0123456789abcdef";
  std::string tag;
  tag.reserve(34);
  tag += '"';
  for (auto byte : hash) {
    tag += digits[byte >> 4];
    tag += digits[byte & 15];
  }
  tag += '"';
  return tag;
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

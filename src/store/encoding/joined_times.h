// Few times in one column: "1795747305000,1795750905000".
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"

namespace linebook {

inline std::vector<Instant> split_times(std::string_view text) {
  std::vector<Instant> times;
  while (!text.empty()) {
    Instant at{};
    auto const end = std::from_chars(text.data(), text.data() + text.size(), at.milliseconds).ptr;
    times.push_back(at);
    text.remove_prefix(std::min(static_cast<std::size_t>(end - text.data()) + 1, text.size()));
  }
  return times;
}

inline std::string join_times(std::vector<Instant> const& times) {
  std::string text;
  for (auto const at : times) {
    if (!text.empty()) text += ',';
    text += std::to_string(at.milliseconds);
  }
  return text;
}

}  // namespace linebook

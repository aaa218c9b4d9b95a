// What columns hold beside plain numbers and texts.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace linebook {

/// Bytes rather than text.
struct Bytes {
  std::string_view view;
};

/// They point into what was sealed.
inline std::optional<Bytes> bytes_of(std::optional<std::string> const& sealed) {
  return sealed ? std::optional(Bytes{*sealed}) : std::nullopt;
}

}  // namespace linebook

// What columns hold beside plain numbers and texts.
#pragma once

#include <string_view>

namespace linebook {

/// Bytes rather than text.
struct Bytes {
  std::string_view view;
};

}  // namespace linebook

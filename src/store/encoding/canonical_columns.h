// The bytes that seals are made over: columns behind their lengths, so that no two rows share them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace linebook {

/// Behind its length: four bytes, big-endian.
inline void append_canonical(std::string& out, std::string_view bytes) {
  auto const size = static_cast<std::uint32_t>(bytes.size());
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>((size >> shift) & 0xff));
  out.append(bytes);
}

}  // namespace linebook

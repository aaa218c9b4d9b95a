#include "store/encoding/json_text.h"

#include <algorithm>

namespace linebook {
namespace {

void append_escaped(std::string& out, char c) {
  static constexpr std::string_view named = "\b\t\n\f\r\"\\";
  static constexpr std::string_view letters = "btnfr\"\\";
  static constexpr char hex[] = "0123456789abcdef";
  out += '\\';
  if (auto const at = named.find(c); at != named.npos) {
    out += letters[at];
  } else {
    out += "u00";
    out += hex[c >> 4];
    out += hex[c & 15];
  }
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t begin = 0; begin <= text.size();) {
    auto const rest = text.substr(begin);
    auto const plain = std::ranges::find_if(
        rest, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; });
    out.append(rest.begin(), plain);
    if (plain == rest.end()) break;
    append_escaped(out, *plain);
    begin += static_cast<std::size_t>(plain - rest.begin()) + 1;
  }
  out += '"';
}

}  // namespace linebook

#include "store/moving/copy_text.h"

namespace linebook::moving {
namespace {

/// The letter that stands for it behind a backslash; 0: it stands for itself.
char escape_of(char c) {
  switch (c) {
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case '\v':
      return 'v';
    case '\\':
      return '\\';
    default:
      return 0;
  }
}

}  // namespace

void append_copy_text(std::string& line, std::string_view text) {
  for (char const c : text) {
    if (char const letter = escape_of(c); letter != 0) {
      line += '\\';
      line += letter;
    } else {
      line += c;
    }
  }
}

void append_copy_bytes(std::string& line, std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  line += R"(\\x)";
  for (char const c : bytes) {
    line += digits[static_cast<unsigned char>(c) >> 4];
    line += digits[static_cast<unsigned char>(c) & 15];
  }
}

}  // namespace linebook::moving

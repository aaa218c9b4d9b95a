#include "domain/text/shown_text.h"

#include <algorithm>

#include "domain/text/name_key.h"
#include "domain/text/remark.h"

namespace linebook {
namespace {

bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

std::string_view cut_text(std::string_view utf8, std::size_t most_bytes) {
  if (utf8.size() <= most_bytes) return utf8;
  auto end = most_bytes;
  while (end > 0 && continues_a_character(utf8[end])) --end;
  return utf8.substr(0, end);
}

std::string readable_header(std::string_view bytes, std::size_t most_bytes) {
  std::string text(cut_text(bytes, most_bytes));
  if (!is_clean_text(text, most_bytes))
    std::ranges::replace_if(text, [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

std::string readable_text(std::string_view bytes, std::size_t most_bytes) {
  std::string text(cut_text(bytes, most_bytes));
  if (!is_remark(text, most_bytes))
    std::ranges::replace_if(
        text, [](char c) { return c != '\n' && c != '\t' && c != '\r' && (c < ' ' || c > '~'); }, '?');
  return text;
}

}  // namespace linebook

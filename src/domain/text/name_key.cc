#include "domain/text/name_key.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

namespace linebook {
namespace {

struct Plain {
  std::string_view letter;
  std::string_view ascii;
};

/// Letters that Unicode does not decompose, but that are typed without their stroke. Case is folded already.
constexpr std::array<Plain, 9> strokes{{{"æ", "ae"},
                                        {"ð", "d"},
                                        {"ø", "o"},
                                        {"þ", "th"},
                                        {"đ", "d"},
                                        {"ħ", "h"},
                                        {"ı", "i"},
                                        {"ł", "l"},
                                        {"œ", "oe"}}};

utf8proc_uint8_t const* bytes(std::string_view text) {
  return reinterpret_cast<utf8proc_uint8_t const*>(text.data());
}

/// ASCII that shows: most names, and nothing in it but case and spaces to even out.
bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

std::string plain_name_key(std::string_view name) {
  std::string key;
  key.reserve(name.size());
  for (char const c : name)
    if (c != ' ' || (!key.empty() && key.back() != ' '))
      key += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (key.ends_with(' ')) key.pop_back();
  return key;
}

struct Release {
  void operator()(utf8proc_uint8_t* folded) const { std::free(folded); }
};

}  // namespace

std::string name_key(std::string_view name) {
  if (is_plain(name)) return plain_name_key(name);
  utf8proc_uint8_t* memory = nullptr;
  auto size = utf8proc_map(bytes(name), static_cast<utf8proc_ssize_t>(name.size()), &memory,
                           static_cast<utf8proc_option_t>(
                               UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                               UTF8PROC_STRIPMARK | UTF8PROC_IGNORE | UTF8PROC_LUMP));
  std::unique_ptr<utf8proc_uint8_t, Release> folded(memory);
  if (size < 0) return {};
  std::string_view text(reinterpret_cast<char const*>(folded.get()), static_cast<std::size_t>(size));
  std::string key;
  while (!text.empty()) {
    auto stroke = std::ranges::find_if(strokes, [&](Plain const& p) { return text.starts_with(p.letter); });
    if (stroke != strokes.end()) {
      key += stroke->ascii;
      text.remove_prefix(stroke->letter.size());
      continue;
    }
    if (text.front() != ' ' || (!key.empty() && key.back() != ' ')) key += text.front();
    text.remove_prefix(1);
  }
  if (key.ends_with(' ')) key.pop_back();
  return key;
}

bool is_clean_text(std::string_view text, std::size_t max_characters) {
  for (std::size_t count = 0; !text.empty(); ++count) {
    utf8proc_int32_t character = 0;
    auto size = utf8proc_iterate(bytes(text), static_cast<utf8proc_ssize_t>(text.size()), &character);
    if (size <= 0 || count == max_characters) return false;
    auto category = utf8proc_category(character);
    if (category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_ZL ||
        category == UTF8PROC_CATEGORY_ZP)
      return false;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

}  // namespace linebook

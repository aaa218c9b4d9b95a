#include "domain/numbers/number_marks.h"

#include <utf8proc.h>

#include <algorithm>
#include <optional>

namespace linebook {
namespace {

constexpr char dropped = '\0';

/// The code points from `first` to `last` are written as `plain`.
struct Marks {
  char32_t first;
  char32_t last;
  char plain;
};

/// Ascending.
constexpr Marks marks[] = {
    {0x00A0, 0x00A0, ' '},      // no-break space
    {0x00AD, 0x00AD, dropped},  // soft hyphen
    {0x00B7, 0x00B7, '.'},      // middle dot
    {0x058A, 0x058A, '-'},      // Armenian hyphen
    {0x061C, 0x061C, dropped},  // Arabic letter mark
    {0x1680, 0x1680, ' '},      // Ogham space
    {0x180E, 0x180E, dropped},  // Mongolian vowel separator
    {0x2000, 0x200A, ' '},      // en quad to hair space: figure and thin space are among them
    {0x200B, 0x200F, dropped},  // zero-width space and joiners, left-to-right and right-to-left mark
    {0x2010, 0x2015, '-'},      // hyphen, no-break hyphen, figure dash, en dash, em dash, bar
    {0x2018, 0x201B, '\''},     // quotation marks that stand for an apostrophe
    {0x201C, 0x201F, '"'},      //
    {0x2022, 0x2022, '.'},      // bullet
    {0x2024, 0x2024, '.'},      // one dot leader
    {0x2027, 0x2027, '.'},      // hyphenation point
    {0x2028, 0x2029, '\n'},     // line and paragraph separator
    {0x202A, 0x202E, dropped},  // embeddings and overrides of direction
    {0x202F, 0x202F, ' '},      // narrow no-break space
    {0x2032, 0x2032, '\''},     // prime
    {0x2043, 0x2043, '-'},      // hyphen bullet
    {0x2044, 0x2044, '/'},      // fraction slash
    {0x205F, 0x205F, ' '},      // mathematical space
    {0x2060, 0x206F, dropped},  // word joiner to nominal digit shapes: isolates of direction are among them
    {0x207B, 0x207B, '-'},      // superscript minus
    {0x2212, 0x2212, '-'},      // minus
    {0x2215, 0x2215, '/'},      // division slash
    {0x2219, 0x2219, '.'},      // bullet operator
    {0x22C5, 0x22C5, '.'},      // dot operator
    {0x2500, 0x2500, '-'},      // box drawing
    {0x2795, 0x2795, '+'},      // heavy plus
    {0x2796, 0x2796, '-'},      // heavy minus
    {0x2E3A, 0x2E3B, '-'},      // two-em and three-em dash
    {0x3000, 0x3000, ' '},      // ideographic space
    {0x30FB, 0x30FB, '.'},      // katakana middle dot
    {0x30FC, 0x30FC, '-'},      // the prolonged sound mark, a dash on Japanese keyboards
    {0xFE00, 0xFE0F, dropped},  // variation selectors
    {0xFE58, 0xFE58, '-'},      // small em dash
    {0xFE59, 0xFE59, '('},      // small parentheses
    {0xFE5A, 0xFE5A, ')'},      //
    {0xFE62, 0xFE62, '+'},      // small plus
    {0xFE63, 0xFE63, '-'},      // small hyphen
    {0xFEFF, 0xFEFF, dropped},  // byte order mark
    {0xFF65, 0xFF65, '.'},      // half-width katakana middle dot
    {0xFF70, 0xFF70, '-'},      // half-width prolonged sound mark
};
static_assert(std::ranges::is_sorted(marks, {}, &Marks::first));

/// Where the ten decimal digits of a script begin (general category Nd), ascending.
constexpr char32_t zeros[] = {0x0660,  0x06F0,  0x07C0,  0x0966,  0x09E6,  0x0A66, 0x0AE6, 0x0B66, 0x0BE6,
                              0x0C66,  0x0CE6,  0x0D66,  0x0DE6,  0x0E50,  0x0ED0, 0x0F20, 0x1040, 0x1090,
                              0x17E0,  0x1810,  0x1946,  0x19D0,  0x1A80,  0x1A90, 0x1B50, 0x1BB0, 0x1C40,
                              0x1C50,  0xA620,  0xA8D0,  0xA900,  0xA9D0,  0xA9F0, 0xAA50, 0xABF0, 0xFF10,
                              0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1FBF0};
static_assert(std::ranges::is_sorted(zeros));

std::optional<char> decimal_digit(char32_t c) {
  auto const above = std::ranges::upper_bound(zeros, c);
  if (above == std::begin(zeros)) return std::nullopt;
  auto const value = c - *std::prev(above);
  if (value > 9) return std::nullopt;
  return static_cast<char>('0' + value);
}

char plain_mark(char32_t c) {
  if (auto const digit = decimal_digit(c)) return *digit;
  auto const above = std::ranges::upper_bound(marks, c, {}, &Marks::first);
  if (above != std::begin(marks) && c <= std::prev(above)->last) return std::prev(above)->plain;
  if (c >= 0xFF01 && c <= 0xFF5E) return static_cast<char>(c - 0xFF01 + '!');  // full-width ASCII
  return no_plain_mark;
}

char plain_ascii(char c) {
  if (c == '\t') return ' ';
  if (c == '\r' || c == '\v' || c == '\f') return '\n';
  bool const control = (c >= '\0' && c < ' ' && c != '\n') || c == '\x7f';
  return control ? no_plain_mark : c;
}

/// The code point at the front of text that is not empty, and its length; of a byte that is not UTF-8 none,
/// and 1.
struct Front {
  std::optional<char32_t> character;
  std::size_t size;
};

Front front_of(std::string_view text) {
  utf8proc_int32_t c = -1;
  auto const size = utf8proc_iterate(reinterpret_cast<utf8proc_uint8_t const*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &c);
  if (size <= 0 || c < 0) return {std::nullopt, 1};
  return {static_cast<char32_t>(c), static_cast<std::size_t>(size)};
}

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

}  // namespace

std::string plain_marks(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  while (!text.empty()) {
    if (is_ascii(text.front())) {
      plain += plain_ascii(text.front());
      text.remove_prefix(1);
      continue;
    }
    auto const [character, size] = front_of(text);
    auto const mark = character ? plain_mark(*character) : no_plain_mark;
    if (mark != dropped) plain += mark;
    text.remove_prefix(size);
  }
  return plain;
}

std::size_t count_characters(std::string_view text) {
  std::size_t characters = 0;
  for (; !text.empty(); ++characters) text.remove_prefix(is_ascii(text.front()) ? 1 : front_of(text).size);
  return characters;
}

}  // namespace linebook

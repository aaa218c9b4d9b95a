#include "cli/import/text_encoding.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "domain/text/ascii.h"

namespace linebook {
namespace {

struct NamedEncoding {
  std::string_view name;  // letters and digits alone
  TextEncoding encoding;
};
constexpr NamedEncoding encoding_names[] = {
    {"utf8", TextEncoding::utf_8},          {"utf8sig", TextEncoding::utf_8},
    {"ascii", TextEncoding::utf_8},         {"utf16", TextEncoding::utf_16le},
    {"utf16le", TextEncoding::utf_16le},    {"unicode", TextEncoding::utf_16le},
    {"utf16be", TextEncoding::utf_16be},    {"windows1252", TextEncoding::windows_1252},
    {"cp1252", TextEncoding::windows_1252}, {"ansi", TextEncoding::windows_1252},
    {"latin1", TextEncoding::windows_1252}, {"iso88591", TextEncoding::windows_1252},
};

// 0x80 to 0x9F; 0 where nothing is defined. https://encoding.spec.whatwg.org/index-windows-1252.txt
constexpr std::array<char16_t, 32> windows_1252_middle{
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

bool is_high(char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; }

/// How many of the first bytes are ASCII.
std::size_t ascii_prefix(std::string_view text) {
  std::size_t at = 0;
  for (std::uint64_t eight; at + sizeof eight <= text.size(); at += sizeof eight) {
    std::memcpy(&eight, text.data() + at, sizeof eight);
    if (eight & 0x8080808080808080U) break;
  }
  while (at < text.size() && !is_high(text[at])) ++at;
  return at;
}

/// Of the character that begins `text`, which is not empty: its bytes; 0: none begins like this; more than
/// there are: it is cut off.
std::size_t utf8_length(std::string_view text) {
  auto const byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  auto const first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  std::size_t const length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  for (std::size_t i = 1; i < std::min(length, text.size()); ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  if (text.size() > 1) {  // too long for what it says, a surrogate, or beyond the last character
    if (first == 0xE0 && byte(1) < 0xA0) return 0;
    if (first == 0xED && byte(1) > 0x9F) return 0;
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;
  }
  return length;
}

/// A letter among the bytes from 0xC0.
bool is_western_letter(char c) {
  auto const byte = static_cast<unsigned char>(c);
  return byte >= 0xC0 && byte != 0xD7 && byte != 0xF7;
}

char neighbour(std::string_view text, std::size_t at) { return at < text.size() ? text[at] : ' '; }

/// Does a byte outside ASCII look as if it were meant as Windows-1252's, between `before` and `after`?
bool is_likely_here(char c, char before, char after) {
  if (is_western_letter(c)) return true;
  bool const within_word = is_ascii_letter(before) && is_ascii_letter(after);
  switch (static_cast<unsigned char>(c)) {
    case 0x92:  // ’ as in O’Brien
    case 0xA0:
    case 0xAD:
    case 0xB7:  // · as in Gal·la
      return true;
    case 0x96:  // a dash: Anne–Marie, but Mu–oz is an old Mac's ñ
    case 0x97:
      return !within_word || after != ascii_lower(after);
    case 0x91:  // opening quotes
    case 0x93:
      return !is_ascii_letter(before);
    case 0x80:
    case 0x85:
    case 0x94:
    case 0x95:
    case 0x99:
    case 0xA3:
    case 0xA7:
    case 0xA9:
    case 0xAB:
    case 0xAE:
    case 0xB0:
    case 0xB4:
    case 0xBA:
    case 0xAA:
    case 0xBB:
    case 0xBF:
    case 0xA1:
    case 0xBD:
    case 0xBC:
      return !within_word;
    default:
      return false;
  }
}

std::string escaped_byte(char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  auto const byte = static_cast<unsigned char>(c);
  return {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
}

/// Of a whole character: may a terminal get it as it is?
bool is_showable(std::string_view character) {
  if (character.size() == 1) return character[0] >= ' ' && character[0] != '\x7F';
  auto const starts = [character](std::string_view bytes) { return character.starts_with(bytes); };
  if (starts("\xC2")) return static_cast<unsigned char>(character[1]) >= 0xA0;  // U+0080 to U+009F: controls
  if (starts("\xE2\x80")) {  // U+200B to U+200F, U+2028 to U+202E
    auto const last = static_cast<unsigned char>(character[2]);
    return !((last >= 0x8B && last <= 0x8F) || (last >= 0xA8 && last <= 0xAE));
  }
  if (starts("\xE2\x81")) {  // U+2060 to U+206F
    auto const last = static_cast<unsigned char>(character[2]);
    return last < 0xA0 || last > 0xAF;
  }
  return !starts("\xEF\xBB\xBF") && !starts("\xD8\x9C") && !starts("\xF3\xA0");
}

}  // namespace

std::string_view to_string(TextEncoding encoding) {
  switch (encoding) {
    case TextEncoding::utf_8:
      return "UTF-8";
    case TextEncoding::utf_16le:
      return "UTF-16 LE";
    case TextEncoding::utf_16be:
      return "UTF-16 BE";
    case TextEncoding::windows_1252:
      return "Windows-1252";
  }
  return {};
}

std::string_view text_encoding_name(TextEncoding encoding) {
  switch (encoding) {
    case TextEncoding::utf_8:
      return "utf-8";
    case TextEncoding::utf_16le:
      return "utf-16le";
    case TextEncoding::utf_16be:
      return "utf-16be";
    case TextEncoding::windows_1252:
      return "windows-1252";
  }
  return {};
}

std::optional<TextEncoding> parse_text_encoding(std::string_view text) {
  std::string plain;
  for (char c : text)
    if (is_ascii_alphanumeric(c)) plain += ascii_lower(c);
  auto const at = std::ranges::find(encoding_names, plain, &NamedEncoding::name);
  if (at == std::end(encoding_names)) return std::nullopt;
  return at->encoding;
}

void append_utf8(std::string& out, char32_t c) {
  auto const add = [&out](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (c < 0x80) return add(c);
  if (c < 0x800) {
    add(0xC0 | (c >> 6));
  } else if (c < 0x10000) {
    add(0xE0 | (c >> 12));
    add(0x80 | ((c >> 6) & 0x3F));
  } else {
    add(0xF0 | (c >> 18));
    add(0x80 | ((c >> 12) & 0x3F));
    add(0x80 | ((c >> 6) & 0x3F));
  }
  add(0x80 | (c & 0x3F));
}

std::optional<char32_t> windows_1252(unsigned char byte) {
  if (byte < 0x80 || byte > 0x9F) return byte;
  char32_t const c = windows_1252_middle[byte - 0x80U];
  if (c == 0) return std::nullopt;
  return c;
}

Utf8Scan scan_utf8(std::string_view text) {
  Utf8Scan scan;
  for (;;) {
    scan.valid += ascii_prefix(text.substr(scan.valid));
    if (scan.valid == text.size()) return scan;
    auto const rest = text.substr(scan.valid);
    auto const length = utf8_length(rest);
    scan.cut_off = length > rest.size();
    if (length == 0 || scan.cut_off) return scan;
    scan.valid += length;
  }
}

std::size_t likely_windows_1252(std::string_view text) {
  constexpr std::size_t too_many_in_a_row = 3;  // no Western word has that many letters with marks together
  std::size_t in_a_row = 0;
  for (auto at = ascii_prefix(text); at < text.size(); ++at) {
    if (!is_high(text[at])) {
      in_a_row = 0;
      at += ascii_prefix(text.substr(at)) - 1;
      continue;
    }
    in_a_row = is_western_letter(text[at]) ? in_a_row + 1 : 0;
    char const before = at > 0 ? text[at - 1] : ' ';
    if (in_a_row >= too_many_in_a_row || !is_likely_here(text[at], before, neighbour(text, at + 1)))
      return at;
  }
  return text.size();
}

std::string shown(std::string_view text) {
  std::string out;
  bool const cut = text.size() > max_shown_text;
  text = text.substr(0, max_shown_text);
  while (!text.empty()) {
    auto const length = utf8_length(text);
    if (length > text.size() && cut) break;
    bool const whole = length > 0 && length <= text.size();
    auto const character = text.substr(0, whole ? length : 1);
    if (whole && is_showable(character))
      out += character;
    else
      for (char c : character) out += escaped_byte(c);
    text.remove_prefix(character.size());
  }
  return out + (cut ? "…" : "");
}

}  // namespace linebook

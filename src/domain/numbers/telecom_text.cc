#include "domain/numbers/telecom_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "domain/text/ascii.h"

namespace linebook {
namespace {

constexpr std::size_t max_extension = 8;  // digits

/// Words that say what kind of number it is. Not "fax": nobody picks that up.
constexpr std::array<std::string_view, 20> labels{
    "tel",    "telephone", "phone", "ph",     "cell", "cellular", "mobile", "mob", "home", "work",
    "office", "main",      "voice", "direct", "day",  "evening",  "t",      "c",   "h",    "w"};

constexpr std::array<std::string_view, 5> extension_words{"extension", "extn", "ext", "x", "#"};

std::string_view trimmed(std::string_view text) {
  auto first = text.find_first_not_of(' ');
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// Lower case, ASCII spaces and dashes for those that word processors put in, and '\n' for each separator
/// word.
std::string plain(std::string_view text) {
  constexpr std::pair<std::string_view, char> typography[] = {
      {"\u00a0", ' '}, {"\u202f", ' '}, {"\u2010", '-'}, {"\u2011", '-'},
      {"\u2012", '-'}, {"\u2013", '-'}, {"\u2014", '-'}, {"\u2212", '-'}};
  std::string plain;
  while (!text.empty()) {
    auto found = std::ranges::find_if(typography, [&](auto const& t) { return text.starts_with(t.first); });
    bool typographic = found != std::end(typography);
    char c = typographic ? found->second : ascii_lower(text.front());
    plain += c == '\t' ? ' ' : c == '\r' ? '\n' : c;
    text.remove_prefix(typographic ? found->first.size() : 1);
  }
  for (std::string_view word : {"or", "and"})
    for (auto at = plain.find(word); at != plain.npos; at = plain.find(word, at + 1)) {
      auto end = at + word.size();
      bool inside_a_word =
          (at > 0 && is_ascii_letter(plain[at - 1])) || (end < plain.size() && is_ascii_letter(plain[end]));
      if (!inside_a_word) std::fill_n(plain.begin() + static_cast<std::ptrdiff_t>(at), word.size(), '\n');
    }
  return plain;
}

/// What warnings may show of a piece: its last four digits at most.
std::string hidden(std::string_view piece) {
  std::string digits;
  std::ranges::copy_if(piece, std::back_inserter(digits), is_ascii_digit);
  return masked_number(digits);
}

/// Takes "tel:", "home", "(cell)" off the front and the end.
std::string_view without_labels(std::string_view piece) {
  auto is_label = [](std::string_view word) { return std::ranges::find(labels, word) != labels.end(); };
  piece = trimmed(piece);
  auto word = piece.substr(piece.starts_with('(') ? 1 : 0);
  word = word.substr(
      0, static_cast<std::size_t>(std::ranges::find_if_not(word, is_ascii_letter) - word.begin()));
  if (is_label(word)) {
    piece.remove_prefix(static_cast<std::size_t>(word.data() + word.size() - piece.data()));
    piece.remove_prefix(std::min(piece.find_first_not_of(").: "), piece.size()));
  }
  auto tail = piece.substr(0, piece.size() - (piece.ends_with(')') ? 1 : 0));
  auto start = tail.size();
  while (start > 0 && is_ascii_letter(tail[start - 1])) --start;
  if (is_label(tail.substr(start))) {
    piece = piece.substr(0, start);
    while (piece.ends_with('(') || piece.ends_with(' ')) piece.remove_suffix(1);
  }
  return piece;
}

/// "x 123", "ext. 12", "ext=5", "#7", "x": all of the text is an extension.
bool is_extension(std::string_view text) {
  auto word = std::ranges::find_if(extension_words, [&](auto w) { return text.starts_with(w); });
  if (word == extension_words.end()) return false;
  text.remove_prefix(word->size());
  text.remove_prefix(std::min(text.find_first_not_of(".:= "), text.size()));
  return text.size() <= max_extension && std::ranges::all_of(text, is_ascii_digit);
}

/// "3162650889 8779278397": whole numbers with nothing but spaces between them, else none.
std::vector<TenDigits> numbers_in_a_row(std::string_view piece) {
  std::vector<TenDigits> numbers;
  for (std::size_t begin = 0, end = 0; end < piece.size();) {
    end = std::min(piece.find(' ', end + 1), piece.size());
    auto number = TenDigits::parse(piece.substr(begin, end - begin));
    if (number) {
      numbers.push_back(*number);
      begin = end;
    } else if (end == piece.size()) {
      return {};
    }
  }
  return numbers;
}

class Reader {
 public:
  void read(std::string_view text) {
    for (std::size_t begin = 0; begin <= text.size();) {
      auto end = std::min(text.find_first_of(",;|&\n", begin), text.size());
      read_piece(text.substr(begin, end - begin));
      begin = end + 1;
    }
  }

  TelecomReading take() { return std::move(reading_); }

 private:
  void read_piece(std::string_view raw) {
    auto piece = without_labels(raw);
    if (trimmed(raw).empty()) return;
    if (auto number = TenDigits::parse(piece)) return keep(*number);
    if (auto slash = piece.find('/'); slash != piece.npos) {  // "555/123-4567" was one number, this is not
      read_piece(piece.substr(0, slash));
      return read_piece(piece.substr(slash + 1));
    }
    if (read_with_extension(piece)) return;
    auto numbers = numbers_in_a_row(piece);
    if (numbers.empty()) return warn("not a ten-digit phone number: " + hidden(piece));
    for (auto const& number : numbers) keep(number);
  }

  bool read_with_extension(std::string_view piece) {
    auto mark = std::min(piece.find_first_of("ex#"), piece.size());
    if (!is_extension(piece.substr(mark))) return false;
    auto before = trimmed(piece.substr(0, mark));
    if (before.empty() && !reading_.numbers.empty()) {  // RFC 3966: "tel:+1-585-298-4455;ext=12"
      warn("the extension of " + reading_.numbers.back().masked() + " was dropped");
      return true;
    }
    auto number = TenDigits::parse(before);
    if (!number) return false;
    keep(*number);
    warn("the extension of " + number->masked() + " was dropped");
    return true;
  }

  void keep(TenDigits const& number) {
    if (std::ranges::find(reading_.numbers, number) == reading_.numbers.end())
      reading_.numbers.push_back(number);
  }

  void warn(std::string warning) { reading_.warnings.push_back(std::move(warning)); }

  TelecomReading reading_;
};

}  // namespace

TelecomReading read_telecom_text(std::string_view text) {
  if (text.size() > max_telecom_text) return {{}, {"longer than 256 characters, not read"}};
  Reader reader;
  reader.read(plain(text));
  return reader.take();
}

}  // namespace linebook

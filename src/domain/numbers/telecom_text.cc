#include "domain/numbers/telecom_text.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

#include "domain/numbers/number_marks.h"
#include "domain/numbers/written_number.h"
#include "domain/text/ascii.h"

namespace linebook {
namespace {

/// Words that say what kind of number it is. Not "fax": nobody picks that up.
constexpr std::array<std::string_view, 20> labels{
    "tel",    "telephone", "phone", "ph",     "cell", "cellular", "mobile", "mob", "home", "work",
    "office", "main",      "voice", "direct", "day",  "evening",  "t",      "c",   "h",    "w"};

std::string_view trimmed(std::string_view text) {
  auto first = text.find_first_not_of(' ');
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// Plain and in lower case, with '\n' for each separator word.
std::string separated(std::string_view text) {
  auto plain = plain_marks(text);
  std::ranges::transform(plain, plain.begin(), ascii_lower);
  for (std::string_view word : {"or", "and", ":::"})
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

/// "x12" by itself, split from its number: the digits.
std::optional<std::string> lone_extension(std::string_view piece) {
  if (piece.empty() || is_ascii_digit(piece.front()) || piece.front() == '+') return std::nullopt;
  auto const read = read_written_number("5550000000 " + std::string(piece));
  if (!read) return std::nullopt;
  return read->extension;
}

/// "3162650889 8779278397": whole numbers with nothing but spaces between them, else none.
std::vector<TenDigits> numbers_in_a_row(std::string_view piece) {
  std::vector<TenDigits> numbers;
  for (std::size_t begin = 0, end = 0; end < piece.size();) {
    end = std::min(piece.find(' ', end + 1), piece.size());
    auto const number = read_written_number(piece.substr(begin, end - begin));
    if (number && number->extension.empty()) {
      numbers.push_back(number->number);
      begin = end;
    } else if (end == piece.size()) {
      return {};
    }
  }
  return numbers;
}

class Reader {
 public:
  explicit Reader(NumberLetters letters) : letters_(letters) {}

  /// Splits at the separators of the first level that there are, unless all of it is one number.
  void read(std::string_view raw, std::size_t level = 0) {
    auto const piece = without_labels(raw);
    if (trimmed(raw).find_first_not_of('\n') == raw.npos) return;
    auto const number = read_written_number(piece, letters_);
    if (number) return keep(*number);
    if (number.error().obstacle == NumberObstacle::rounded) return leave_out(piece, number.error());
    while (level < separators.size() && piece.find_first_of(separators[level]) == piece.npos) ++level;
    if (level < separators.size()) return read_pieces(piece, level);
    if (auto extension = lone_extension(piece); extension && !numbers_.empty())
      return extend(std::move(*extension));
    auto const row = numbers_in_a_row(piece);
    if (row.empty()) return leave_out(piece, number.error());
    for (auto const& one : row) keep({one, {}});
  }

  TelecomReading take() {
    for (auto const& number : numbers_) reading_.numbers.push_back(number.number);
    return std::move(reading_);
  }

 private:
  // A slash is the last: "555/123-4567 or 555/123-4568".
  static constexpr std::array<std::string_view, 3> separators{"\n|&", ",;", "/"};

  void read_pieces(std::string_view text, std::size_t level) {
    for (std::size_t begin = 0; begin <= text.size();) {
      auto const end = std::min(text.find_first_of(separators[level], begin), text.size());
      read(text.substr(begin, end - begin), level + 1);
      begin = end + 1;
    }
  }

  void keep(WrittenNumber const& number) {
    if (std::ranges::find(numbers_, number.number, &WrittenNumber::number) == numbers_.end())
      numbers_.push_back(number);
    if (!number.extension.empty()) leave_out_extension(number);
  }

  void extend(std::string extension) {
    if (!extension.empty()) leave_out_extension({numbers_.back().number, std::move(extension)});
  }

  void leave_out_extension(WrittenNumber const& number) {
    ++reading_.extensions;
    reading_.warnings.push_back(extension_left_out(number));
  }

  void leave_out(std::string_view piece, UnreadNumber why) {
    if (why.obstacle == NumberObstacle::empty) why = {NumberObstacle::not_a_number};  // a label by itself
    reading_.unread.push_back(why.obstacle);
    reading_.warnings.push_back(hidden(piece) + " was left out: it " + message_for(why));
  }

  NumberLetters letters_;
  std::vector<WrittenNumber> numbers_;
  TelecomReading reading_;
};

}  // namespace

TelecomReading read_telecom_text(std::string_view text, NumberLetters letters) {
  if (text.size() > max_telecom_text)
    return {.numbers = {},
            .unread = {NumberObstacle::too_long},
            .extensions = 0,
            .warnings = {"longer than 256 characters, not read"}};
  Reader reader(letters);
  reader.read(separated(text));
  return reader.take();
}

}  // namespace linebook

#include "domain/numbers/written_number.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "domain/numbers/number_marks.h"
#include "domain/text/ascii.h"

namespace linebook {
namespace {

constexpr bool is_formatting(char c) {
  return c == ' ' || c == '(' || c == ')' || c == '-' || c == '.' || c == '/';
}
constexpr std::size_t national_digits = 10;
constexpr std::size_t min_international = 7;  // digits, as for E.164
constexpr std::size_t max_international = 15;
constexpr std::size_t max_utf8 = 4;        // bytes of a character
constexpr std::size_t max_parameters = 8;  // of a tel: URI

template <class T>
using Reading = std::expected<T, UnreadNumber>;

std::unexpected<UnreadNumber> unread(NumberObstacle obstacle, std::size_t digits = 0) {
  return std::unexpected(UnreadNumber{obstacle, digits});
}

/// A whole number: country code and all, without a plus.
struct International {
  std::string digits;
  std::string extension;
};

std::string_view trimmed_blank(std::string_view text) {
  auto const first = text.find_first_not_of(" \n");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \n") - first + 1);
}

bool begins_with_word(std::string_view text, std::string_view lower_case) {
  return text.size() >= lower_case.size() &&
         std::ranges::equal(text.substr(0, lower_case.size()), lower_case, {}, ascii_lower);
}

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, is_ascii_digit));
}

bool all_digits(std::string_view text) { return !text.empty() && count_digits(text) == text.size(); }

/// What spreadsheets and URIs put around a number: '5551234567, ="5551234567", "5551234567", tel:5551234567.
std::string_view unwrapped(std::string_view text) {
  text = trimmed_blank(text);
  if (text.starts_with("=\"")) text.remove_prefix(1);
  if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"'))
    text = text.substr(1, text.size() - 2);
  if (text.starts_with('\'') || text.starts_with('`')) text.remove_prefix(1);
  text = trimmed_blank(text);
  if (begins_with_word(text, "tel:")) text = trimmed_blank(text.substr(4));
  return text;
}

/// Digits as far as formatting lets them be told; `plus` before them.
struct Digits {
  std::array<char, 2 * max_international> text;
  std::size_t count = 0;
  bool plus = false;

  std::string_view view() const { return {text.data(), count}; }
};

/// Nothing where anything but digits and formatting stands there.
std::optional<Digits> digits_of(std::string_view text) {
  Digits digits;
  for (char c : text) {
    if (is_ascii_digit(c)) {
      if (digits.count == digits.text.size()) return std::nullopt;
      digits.text[digits.count++] = c;
    } else if (c == '+') {
      if (digits.plus || digits.count > 0) return std::nullopt;
      digits.plus = true;
    } else if (!is_formatting(c)) {
      return std::nullopt;
    }
  }
  return digits;
}

/// `digits` begin with a country code.
Reading<std::string> international(std::string_view digits) {
  if (digits.empty() || digits.front() == '0') return unread(NumberObstacle::not_a_number);
  if (digits.front() == '1') {
    auto const count = digits.size() - 1;
    if (count < national_digits) return unread(NumberObstacle::too_short, count);
    if (count > national_digits) return unread(NumberObstacle::too_long, count);
  }
  if (digits.size() < min_international) return unread(NumberObstacle::too_short, digits.size());
  if (digits.size() > max_international) return unread(NumberObstacle::too_long, digits.size());
  return std::string(digits);
}

/// Ten digits, with the 1 of the country or what is dialled before it from abroad (00 or 011).
Reading<std::string> complete(Digits const& digits) {
  auto const view = digits.view();
  if (view.empty()) return unread(NumberObstacle::not_a_number);
  if (digits.plus) return international(view);
  if (view.size() == national_digits) return "1" + std::string(view);
  if (view.size() > national_digits) {
    if (view.size() == national_digits + 1 && view.front() == '1') return std::string(view);
    for (std::string_view const prefix : {"011", "00"})
      if (view.starts_with(prefix)) return international(view.substr(prefix.size()));
    return unread(NumberObstacle::too_long, view.size());
  }
  return unread(NumberObstacle::too_short, view.size());
}

/// 5852984412.0: a spreadsheet took the number for one to calculate with.
std::string_view without_decimals(std::string_view text) {
  auto const point = text.find_first_of(".,");
  if (point == text.npos) return text;
  auto const whole = text.substr(0, point);
  auto const decimals = text.substr(point + 1);
  bool const zeros = decimals == "0" || decimals == "00";
  return zeros && all_digits(whole.starts_with('+') ? whole.substr(1) : whole) ? whole : text;
}

/// 5.852984412E9 is 5852984412; with digits missing it is no number any more. Nothing where the text is not
/// written so.
std::optional<Reading<std::string>> scientific(std::string_view text) {
  auto const mark = text.find_first_of("eE");
  if (mark == text.npos) return std::nullopt;
  auto mantissa = text.substr(0, mark);
  auto exponent = text.substr(mark + 1);
  if (mantissa.starts_with('+')) mantissa.remove_prefix(1);
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  auto const point = std::min(mantissa.find_first_of(".,"), mantissa.size());
  auto const whole = mantissa.substr(0, point);
  auto const fraction = mantissa.substr(std::min(point + 1, mantissa.size()));
  if (whole.size() != 1 || !all_digits(whole) || (point < mantissa.size() && !all_digits(fraction)))
    return std::nullopt;
  if (!all_digits(exponent) || exponent.size() > 3) return std::nullopt;
  std::size_t places = 0;
  for (char c : exponent) places = 10 * places + static_cast<std::size_t>(c - '0');
  bool const of_a_number = places + 1 >= national_digits && places < max_international;
  if (fraction.size() < places && of_a_number) return Reading<std::string>(unread(NumberObstacle::rounded));
  if (fraction.size() != places) return Reading<std::string>(unread(NumberObstacle::not_a_number));
  return Reading<std::string>(std::string(whole) + std::string(fraction));
}

/// What follows the digits of a number.
struct Tail {
  std::string extension;
  std::string context;  // ";phone-context=+1": what goes before the digits
};

/// "x 123", "ext. 12", "(ext: 12)", "#7", ",,12#", "ext": all of the text is an extension, or the word for
/// one.
std::optional<std::string> extension_of(std::string_view text) {
  constexpr std::array<std::string_view, 6> words{"extension", "extn", "ext", "poste", "x", "#"};
  text = trimmed_blank(text);
  bool const pause = text.starts_with(',');  // what a phone dials after it
  text.remove_prefix(std::min(text.find_first_not_of(", "), text.size()));
  auto const word = std::ranges::find_if(words, [&](auto w) { return begins_with_word(text, w); });
  if (word == words.end() && !pause) return std::nullopt;
  if (word != words.end()) text.remove_prefix(word->size());
  text.remove_prefix(std::min(text.find_first_not_of(".:= "), text.size()));
  while (text.ends_with(')') || text.ends_with('#') || text.ends_with(' ')) text.remove_suffix(1);
  if (text.size() > max_extension || count_digits(text) != text.size()) return std::nullopt;
  return std::string(text);
}

/// One parameter of RFC 3966, section 3, or what people write behind a semicolon.
bool read_parameter(std::string_view text, Tail& tail) {
  text = trimmed_blank(text);
  if (text.empty()) return true;
  auto const equals = text.find('=');
  auto const name = text.substr(0, equals);
  auto const value = equals == text.npos ? std::string_view{} : text.substr(equals + 1);
  if (begins_with_word(name, "phone-context") && name.size() == 13) {
    if (value.starts_with('+')) tail.context = value;  // else a domain, which tells no digits
    return !value.empty();
  }
  auto extension = all_digits(text) && text.size() <= max_extension ? std::string(text) : extension_of(text);
  if (begins_with_word(name, "isub") && name.size() == 4) extension = extension_of("x" + std::string(value));
  if (extension) {
    if (!tail.extension.empty()) return false;
    tail.extension = std::move(*extension);
    return true;
  }
  // Others say nothing about which telephone rings.
  return equals != text.npos && !name.empty() &&
         std::ranges::all_of(name, [](char c) { return is_ascii_alphanumeric(c) || c == '-'; });
}

/// Nothing where it is not what may follow a number.
std::optional<Tail> read_tail(std::string_view text) {
  Tail tail;
  auto parameters = std::min(text.find(';'), text.size());
  if (parameters > 0) {
    auto extension = extension_of(text.substr(0, parameters));
    if (!extension) return std::nullopt;
    tail.extension = std::move(*extension);
  }
  for (std::size_t n = 0; parameters < text.size(); ++n) {
    if (n == max_parameters) return std::nullopt;
    auto const end = std::min(text.find(';', parameters + 1), text.size());
    if (!read_parameter(text.substr(parameters + 1, end - parameters - 1), tail)) return std::nullopt;
    parameters = end;
  }
  return tail;
}

char key_of(char letter) {
  constexpr std::string_view keys = "22233344455566677778889999";  // ITU-T E.161
  return keys[static_cast<std::size_t>(ascii_lower(letter) - 'a')];
}

/// Letters behind an area code's digits where both together have the length of a number.
bool is_vanity(std::string_view text) {
  constexpr std::size_t area_code_digits = 3;
  auto const before =
      text.substr(0, static_cast<std::size_t>(std::ranges::find_if(text, is_ascii_letter) - text.begin()));
  if (count_digits(before) < area_code_digits) return false;
  std::size_t letters = 0;
  for (char c : text) {
    if (is_ascii_letter(c))
      ++letters;
    else if (!is_ascii_digit(c) && c != '+' && !is_formatting(c))
      return false;
  }
  auto const count = letters + count_digits(text);
  return letters > 0 && count >= national_digits && count <= national_digits + 1;
}

Reading<International> read_letters(std::string_view text, NumberLetters letters) {
  if (letters == NumberLetters::refused) return unread(NumberObstacle::letters);
  std::string keyed(text);
  for (char& c : keyed)
    if (is_ascii_letter(c)) c = key_of(c);
  auto const digits = digits_of(keyed);
  if (!digits) return unread(NumberObstacle::not_a_number);
  auto number = complete(*digits);
  if (!number) return std::unexpected(number.error());
  return International{std::move(*number), {}};
}

/// One number in text that is plain and unwrapped.
Reading<International> read_one(std::string_view text, NumberLetters letters) {
  if (text.empty()) return unread(NumberObstacle::empty);
  std::string calculated;  // what `text` looks into, where it was scientific
  if (auto exact = scientific(text)) {
    if (!*exact) return std::unexpected(exact->error());
    calculated = std::move(**exact);
    text = calculated;
  }
  text = without_decimals(text);
  auto const end =
      std::min(static_cast<std::size_t>(
                   std::ranges::find_if_not(
                       text, [](char c) { return is_ascii_digit(c) || c == '+' || is_formatting(c); }) -
                   text.begin()),
               text.size());
  auto const number = text.substr(0, end);
  auto digits = digits_of(number);
  Tail tail;
  if (end < text.size()) {
    if (count_digits(number) < national_digits && is_vanity(text)) return read_letters(text, letters);
    auto read = read_tail(text.substr(end));
    if (!read) return unread(NumberObstacle::not_a_number);
    tail = std::move(*read);
  }
  if (digits && !digits->plus && !tail.context.empty())
    digits = digits_of(tail.context + " " + std::string(number));
  if (!digits) return unread(NumberObstacle::not_a_number);
  auto whole = complete(*digits);
  if (!whole) return std::unexpected(whole.error());
  return International{std::move(*whole), std::move(tail.extension)};
}

/// Is there a place to cut at, with a number on both sides of it?
bool holds_several(std::string_view text, NumberLetters letters) {
  if (count_digits(text) < national_digits + min_international) return false;
  auto const is_between = [](char c) {
    return c == ' ' || c == ',' || c == ';' || c == '/' || c == '|' || c == '&' || c == ':' || c == '\n';
  };
  for (std::size_t at = 1; at + 1 < text.size(); ++at) {
    if (!is_between(text[at])) continue;
    auto rest = text.substr(at);
    for (bool more = true; more;) {
      rest.remove_prefix(static_cast<std::size_t>(std::ranges::find_if_not(rest, is_between) - rest.begin()));
      more = false;
      for (std::string_view const word : {"or ", "and "})
        if (begins_with_word(rest, word)) {
          rest.remove_prefix(word.size());
          more = true;
        }
    }
    if (read_one(trimmed_blank(text.substr(0, at)), letters) && read_one(trimmed_blank(rest), letters))
      return true;
  }
  return false;
}

/// What most numbers are: digits and formatting in ASCII, at the cost of looking at each once. Nothing where
/// that is not all.
std::optional<TenDigits> read_clean(std::string_view text) {
  if (text.size() > max_written_number || text.ends_with(".0") || text.ends_with(".00")) return std::nullopt;
  auto const digits = digits_of(text);
  if (!digits) return std::nullopt;
  auto const view = digits->view();
  if (view.size() == national_digits + 1 && view.front() == '1') return TenDigits::parse(view.substr(1));
  return digits->plus ? std::nullopt : TenDigits::parse(view);
}

Reading<International> read(std::string_view text, NumberLetters letters) {
  if (text.size() > max_utf8 * max_written_number ||
      (text.size() > max_written_number && count_characters(text) > max_written_number))
    return unread(NumberObstacle::too_long);
  auto const plain = plain_marks(text);
  auto const one = unwrapped(plain);
  auto number = read_one(one, letters);
  if (!number && number.error().obstacle != NumberObstacle::rounded && holds_several(one, letters))
    return unread(NumberObstacle::several);
  return number;
}

}  // namespace

std::expected<WrittenNumber, UnreadNumber> read_written_number(std::string_view text, NumberLetters letters) {
  if (auto const plain = TenDigits::parse(text)) return WrittenNumber{*plain, {}};
  if (auto const clean = read_clean(text)) return WrittenNumber{*clean, {}};
  auto number = read(text, letters);
  if (!number) return std::unexpected(number.error());
  if (number->digits.front() != '1') return unread(NumberObstacle::foreign);
  auto const ten = TenDigits::parse(std::string_view(number->digits).substr(1));
  if (!ten) return unread(NumberObstacle::not_a_number);
  return WrittenNumber{*ten, std::move(number->extension)};
}

std::expected<WrittenE164, UnreadNumber> read_written_e164(std::string_view text) {
  auto number = read(text, NumberLetters::refused);
  if (!number) return std::unexpected(number.error());
  auto const e164 = E164::parse("+" + number->digits);
  if (!e164) return unread(NumberObstacle::not_a_number);
  return WrittenE164{*e164, std::move(number->extension)};
}

std::string_view to_string(NumberObstacle obstacle) {
  switch (obstacle) {
    case NumberObstacle::empty:
      return "empty";
    case NumberObstacle::not_a_number:
      return "not_a_number";
    case NumberObstacle::rounded:
      return "rounded";
    case NumberObstacle::too_short:
      return "too_short";
    case NumberObstacle::too_long:
      return "too_long";
    case NumberObstacle::foreign:
      return "foreign";
    case NumberObstacle::letters:
      return "letters";
    case NumberObstacle::several:
      return "several";
  }
  return {};
}

std::string message_for(UnreadNumber const& unread) {
  auto const digits = std::to_string(unread.digits) + (unread.digits == 1 ? " digit" : " digits");
  switch (unread.obstacle) {
    case NumberObstacle::empty:
      return "must not be empty: write a 10-digit phone number, such as 5551234567";
    case NumberObstacle::not_a_number:
      return "must be a 10-digit phone number, such as 5551234567 or (555) 123-4567";
    case NumberObstacle::rounded:
      return "was rounded by a spreadsheet, the last digits are lost: format its column as text and export "
             "it "
             "again";
    case NumberObstacle::too_short:
      return "has only " + digits + ": a number has 10, its area code first, such as (555) 123-4567";
    case NumberObstacle::too_long:
      if (unread.digits == 0)
        return "must have at most " + std::to_string(max_written_number) +
               " characters, such as (555) 123-4567";
      return "has " + digits + ": a number has 10, or 11 with the country code 1 before them";
    case NumberObstacle::foreign:
      return "is a number of another country: only those of country code 1 can be kept, such as +15551234567";
    case NumberObstacle::letters:
      return "has letters: write the digits of the keys that they stand on";
    case NumberObstacle::several:
      return "holds more than one number: write one";
  }
  return {};
}

std::string extension_left_out(WrittenNumber const& written) {
  return "the extension " + written.extension + " of " + written.number.masked() + " was left out";
}

}  // namespace linebook

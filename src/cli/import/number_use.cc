#include "cli/import/number_use.h"

#include <algorithm>

#include "domain/text/ascii.h"

namespace linebook {
namespace {

struct UseWord {
  std::string_view word;
  NumberUse use;
};
constexpr UseWord use_words[] = {
    {"fax", NumberUse::fax},           {"homefax", NumberUse::fax},      {"workfax", NumberUse::fax},
    {"otherfax", NumberUse::fax},      {"facsimile", NumberUse::fax},    {"telefax", NumberUse::fax},
    {"pager", NumberUse::pager},       {"beeper", NumberUse::pager},     {"telex", NumberUse::pager},
    {"tty", NumberUse::pager},         {"tdd", NumberUse::pager},        {"textphone", NumberUse::pager},
    {"modem", NumberUse::pager},       {"isdn", NumberUse::pager},       {"bbs", NumberUse::pager},
    {"cell", NumberUse::cell},         {"cellphone", NumberUse::cell},   {"cellular", NumberUse::cell},
    {"mobile", NumberUse::cell},       {"mobilephone", NumberUse::cell}, {"mob", NumberUse::cell},
    {"iphone", NumberUse::cell},       {"smartphone", NumberUse::cell},  {"sms", NumberUse::cell},
    {"home", NumberUse::home},         {"homephone", NumberUse::home},   {"landline", NumberUse::home},
    {"residence", NumberUse::home},    {"residential", NumberUse::home}, {"house", NumberUse::home},
    {"work", NumberUse::other},        {"workphone", NumberUse::other},  {"office", NumberUse::other},
    {"business", NumberUse::other},    {"company", NumberUse::other},    {"job", NumberUse::other},
    {"main", NumberUse::other},        {"other", NumberUse::other},      {"assistant", NumberUse::other},
    {"school", NumberUse::other},      {"car", NumberUse::other},        {"radio", NumberUse::other},
    {"callback", NumberUse::other},    {"direct", NumberUse::other},     {"custom", NumberUse::other},
    {"switchboard", NumberUse::other}, {"primary", NumberUse::other},    {"preferred", NumberUse::other},
};
constexpr std::string_view fillers[] = {"phone", "phones", "number", "numbers", "telephone",
                                        "tel",   "no",     "nr",     "num",     "voice",
                                        "value", "line",   "s",      "the",     "contact"};
constexpr std::string_view number_words[] = {"phone", "phones", "telephone", "tel"};

std::optional<NumberUse> use_of(std::string_view word) {
  auto const at = std::ranges::find(use_words, word, &UseWord::word);
  if (at == std::end(use_words)) return std::nullopt;
  return at->use;
}

/// A fax at home is a fax, a cell for work a cell.
int weight(NumberUse use) {
  switch (use) {
    case NumberUse::fax:
      return 4;
    case NumberUse::pager:
      return 3;
    case NumberUse::cell:
      return 2;
    case NumberUse::home:
      return 1;
    case NumberUse::other:
      return 0;
  }
  return 0;
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  bool within = false;
  for (char c : text) {
    bool const part = is_ascii_alphanumeric(c) || (static_cast<unsigned char>(c) & 0x80) != 0;
    // "homePhone2" is three words, "HOME" and "iPhone" are one.
    std::string_view const word = within ? std::string_view(words.back()) : std::string_view();
    bool const capital_within =
        within && word.size() > 1 && c >= 'A' && c <= 'Z' && word.back() >= 'a' && word.back() <= 'z';
    bool const begins = !within || capital_within || is_ascii_digit(c) != is_ascii_digit(word.back());
    if (part && begins) words.emplace_back();
    if (part) words.back() += c;
    within = part;
  }
  for (auto& word : words) std::ranges::transform(word, word.begin(), ascii_lower);
  return words;
}

bool is_filler(std::string_view word) {
  return std::ranges::find(fillers, word) != std::end(fillers) || std::ranges::all_of(word, is_ascii_digit);
}

bool is_about_numbers(std::string_view word) {
  if (std::ranges::find(number_words, word) != std::end(number_words)) return true;
  auto const use = use_of(word);
  return use == NumberUse::fax || use == NumberUse::pager || use == NumberUse::cell || word == "homephone" ||
         word == "workphone" || word == "landline" || word == "callback";
}

std::optional<NumberUse> number_use(std::string_view text) {
  constexpr std::size_t longest = 64;  // bytes; nobody calls a telephone that
  if (text.size() > longest) return std::nullopt;
  std::optional<NumberUse> found;
  auto const words = words_of(text);
  for (std::size_t i = 0; i < words.size(); ++i) {
    auto use = use_of(words[i]);
    if (words[i] == "land" && i + 1 < words.size() && words[i + 1] == "line") use = NumberUse::home;
    if (!use && !is_filler(words[i])) return std::nullopt;
    if (use && (!found || weight(*use) > weight(*found))) found = use;
  }
  return found;
}

std::optional<PhoneType> voice_type(NumberUse use) {
  switch (use) {
    case NumberUse::cell:
      return PhoneType::cell;
    case NumberUse::home:
      return PhoneType::home;
    case NumberUse::other:
      return PhoneType::other;
    default:
      return std::nullopt;
  }
}

}  // namespace linebook

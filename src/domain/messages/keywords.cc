#include "domain/messages/keywords.h"

#include <string>

namespace linebook {
namespace {

struct KnownWord {
  std::string_view word;
  Keyword keyword;
};
constexpr KnownWord known_words[] = {
    {"STOP", Keyword::stop},    {"STOPALL", Keyword::stop}, {"UNSUBSCRIBE", Keyword::stop},
    {"CANCEL", Keyword::stop},  {"END", Keyword::stop},     {"QUIT", Keyword::stop},
    {"REVOKE", Keyword::stop},  {"OPTOUT", Keyword::stop},  {"START", Keyword::start},
    {"UNSTOP", Keyword::start}, {"YES", Keyword::start},    {"HELP", Keyword::help},
    {"INFO", Keyword::help}};

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view punctuation = " \t\r\n.,!?;:\"')";

std::string_view bare(std::string_view text) {
  auto const begin = text.find_first_not_of(blanks);
  if (begin == text.npos) return {};
  auto const end = text.find_last_not_of(punctuation);
  return end == text.npos || end < begin ? std::string_view() : text.substr(begin, end - begin + 1);
}

bool equals(std::string_view text, std::string_view capitals) {
  if (text.size() != capitals.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char const c = text[i] >= 'a' && text[i] <= 'z' ? static_cast<char>(text[i] - 'a' + 'A') : text[i];
    if (c != capitals[i]) return false;
  }
  return true;
}

}  // namespace

std::optional<Keyword> keyword_of(std::string_view text) {
  auto const word = bare(text);
  for (auto const& known : known_words)
    if (equals(word, known.word)) return known.keyword;
  return std::nullopt;
}

}  // namespace linebook

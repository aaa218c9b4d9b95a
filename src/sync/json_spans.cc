#include "sync/json_spans.h"

#include <algorithm>

namespace linebook {
namespace {

/// Goes through a text that is known to be JSON.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) { skip_blanks(); }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    skip_blanks();
    return true;
  }

  /// A value from its first to its last character.
  std::string_view value() {
    auto const begin = at_;
    std::size_t depth = 0;
    do {
      char const c = at_ < text_.size() ? text_[at_] : '\0';
      if (c == '"') {
        skip_string();
      } else if (c == '{' || c == '[') {
        ++depth;
        ++at_;
      } else if (c == '}' || c == ']') {
        --depth;
        ++at_;
      } else if (depth > 0) {
        ++at_;
      } else {
        skip_plain();
      }
    } while (depth > 0 && at_ < text_.size());
    auto const found = text_.substr(begin, at_ - begin);
    skip_blanks();
    return found;
  }

  std::size_t at() const { return at_; }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }
  void skip_string() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
      if (text_[at_] == '\\') ++at_;
    at_ = std::min(at_ + 1, text_.size());
  }
  /// A number, true, false or null.
  void skip_plain() { at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size()); }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string_view from_to(char const* begin, std::string_view last) {
  return {begin, static_cast<std::size_t>(last.data() + last.size() - begin)};
}

}  // namespace

std::vector<JsonMember> json_members(std::string_view object) {
  std::vector<JsonMember> members;
  Scanner scanner(object);
  if (!scanner.take('{') || scanner.take('}')) return members;
  do {
    auto name = scanner.value();
    if (name.size() < 2 || !scanner.take(':')) return {};
    auto const value = scanner.value();
    members.push_back({name.substr(1, name.size() - 2), value, from_to(name.data(), value)});
  } while (scanner.take(','));
  return members;
}

std::vector<std::string_view> json_elements(std::string_view array) {
  std::vector<std::string_view> elements;
  Scanner scanner(array);
  if (!scanner.take('[') || scanner.take(']')) return elements;
  do {
    elements.push_back(scanner.value());
  } while (scanner.take(','));
  return elements;
}

std::string with_member(std::string_view object, std::string_view name, std::string_view value) {
  auto const members = json_members(object);
  auto const known = std::ranges::find(members, name, &JsonMember::name);
  std::string text(object);
  if (known != members.end()) {
    text.replace(static_cast<std::size_t>(known->value.data() - object.data()), known->value.size(), value);
    return text;
  }
  auto const end = members.empty() ? object.find('{') + 1
                                   : static_cast<std::size_t>(members.back().whole.data() - object.data()) +
                                         members.back().whole.size();
  auto const member = '"' + std::string(name) + "\":" + std::string(value);
  return text.insert(end, members.empty() ? member : "," + member);
}

std::string without_member(std::string_view object, std::string_view name) {
  auto const members = json_members(object);
  auto const known = std::ranges::find(members, name, &JsonMember::name);
  if (known == members.end()) return std::string(object);
  // With the comma behind it, or, where it is the last, with the one before.
  char const* begin = known->whole.data();
  char const* end = begin + known->whole.size();
  if (std::next(known) != members.end())
    end = std::next(known)->whole.data();
  else if (known != members.begin())
    begin = std::prev(known)->whole.data() + std::prev(known)->whole.size();
  std::string text(object.data(), begin);
  return text.append(end, object.data() + object.size());
}

}  // namespace linebook

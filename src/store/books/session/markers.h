// A statement is written once. What the engines say differently stands in its text as a marker, and each
// engine's text is made of it when the code is compiled. (docs/adr/0011-each-book-is-written-once.md)
//
//   ?3        a parameter: $3 on PostgreSQL
//   ?3..?6    four parameters: ?3, ?4, ?5, ?6
//   {…}       one of `markers`. Any other does not compile.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace linebook::books {

/// The three texts that are made of one. PostgreSQL's locking one is run by jobs that change things.
enum class Reading { sqlite, postgres, postgres_locking };

/// `{head rest}` and what each reading makes of it; a '*' stands for the rest, with the space before it.
struct Marker {
  std::string_view head;
  std::array<std::string_view, 3> readings;  // by Reading
  /// Behind the name of the locking statement, where that is another one.
  std::string_view name_ending = {};
};

inline constexpr Marker markers[] = {
    // SQLite is told which index. PostgreSQL finds it by itself: its sessions have no other plans.
    {"INDEXED BY", {" INDEXED BY*", "", ""}},
    // SQLite then reads the tables in the order in which they are named.
    {"CROSS JOIN", {"CROSS JOIN", "JOIN", "JOIN"}},
    // Rows that a job which changes things goes on to decide about. SQLite has one writer: nothing to lock.
    {"LOCK", {"", "", " FOR NO KEY UPDATE*"}, "_locked"},
    {"SHARE", {"", "", " FOR SHARE*"}, "_shared"},
    // Rows that are locked whoever asks.
    {"HOLD", {"", " FOR NO KEY UPDATE*", " FOR NO KEY UPDATE*"}},
    {"IS NOT", {"IS NOT", "IS DISTINCT FROM", "IS DISTINCT FROM"}},
    // A flag that is set, as SQLite's partial indexes have it.
    {"= 1", {" = 1", "", ""}},
    {"GREATEST", {"max", "greatest", "greatest"}},
    // The table that holds the totals of an account's lists.
    {"TOTALS", {"account_totals", "ledger_heads", "ledger_heads"}},
};

/// The marker that `inside`, the text between the braces, begins with; null where there is none, or where it
/// goes on although nothing may follow.
constexpr Marker const* marker_of(std::string_view inside) {
  for (auto const& marker : markers) {
    if (!inside.starts_with(marker.head)) continue;
    auto const rest = inside.substr(marker.head.size());
    if (rest.empty()) return &marker;
    bool takes_rest = false;
    for (auto const reading : marker.readings) takes_rest |= reading.ends_with('*');
    if (takes_rest && rest.front() == ' ') return &marker;
  }
  return nullptr;
}

/// Counts what is put into it, and keeps it where it was given room.
class TextRoom {
 public:
  constexpr explicit TextRoom(char* room = nullptr) : room_(room) {}
  constexpr void put(char c) {
    if (room_ != nullptr) room_[size_] = c;
    ++size_;
  }
  // Compilers take their time over each call: none for a single character.
  constexpr void put(std::string_view text) {
    char const* const from = text.data();
    std::size_t const length = text.size();
    if (room_ != nullptr)
      for (std::size_t place = 0; place < length; ++place) room_[size_ + place] = from[place];
    size_ += length;
  }
  constexpr void put_number(int number) {
    if (number >= 10) put_number(number / 10);
    put(static_cast<char>('0' + number % 10));
  }
  constexpr std::size_t size() const { return size_; }

 private:
  char* room_;
  std::size_t size_ = 0;
};

/// Reads `text` into `out`. Null, or what is wrong with the text.
class MarkerReader {
 public:
  constexpr MarkerReader(Reading reading, std::string_view text, TextRoom& out)
      : reading_(reading), rest_(text), out_(out) {}

  constexpr char const* read() {
    for (;;) {
      out_.put(take_plain());
      if (rest_.empty()) return nullptr;
      char const c = take();
      if (c == '}') return "a } without its {";
      if (char const* const problem = c == '?' ? read_parameters() : read_marker()) return problem;
    }
  }

 private:
  /// Up to the next parameter or marker.
  constexpr std::string_view take_plain() {
    char const* const from = rest_.data();
    std::size_t const length = rest_.size();
    std::size_t end = 0;
    while (end < length && from[end] != '?' && from[end] != '{' && from[end] != '}') ++end;
    auto const plain = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return plain;
  }

  constexpr char const* read_parameters() {
    int const first = take_number();
    int last = first;
    if (rest_.starts_with("..?")) {
      rest_.remove_prefix(3);
      last = take_number();
    }
    if (first < 1 || last < first) return "a ? without a number, or a range that goes back";
    for (int number = first; number <= last; ++number) {
      if (number > first) out_.put(", ");
      out_.put(reading_ == Reading::sqlite ? '?' : '$');
      out_.put_number(number);
    }
    return nullptr;
  }

  constexpr char const* read_marker() {
    auto const end = rest_.find('}');
    if (end == std::string_view::npos) return "a { without its }";
    auto const inside = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    auto const* const marker = marker_of(inside);
    if (marker == nullptr) return "a marker that is none of `markers`";
    auto says = marker->readings[static_cast<std::size_t>(reading_)];
    bool const takes_rest = says.ends_with('*');
    if (takes_rest) says.remove_suffix(1);
    out_.put(says);
    if (takes_rest) out_.put(inside.substr(marker->head.size()));
    return nullptr;
  }

  constexpr char take() {
    char const c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  constexpr int take_number() {
    int number = 0;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9')
      number = number * 10 + take() - '0';
    return number;
  }

  Reading reading_;
  std::string_view rest_;
  TextRoom& out_;
};

constexpr char const* problem_in(std::string_view text) {
  TextRoom nowhere;
  return MarkerReader(Reading::sqlite, text, nowhere).read();
}

/// What the locking statement's name ends with; empty where `text` locks nothing.
constexpr std::string_view name_ending_of(std::string_view text) {
  for (auto begin = text.find('{'); begin != std::string_view::npos; begin = text.find('{', begin + 1)) {
    auto const inside = text.substr(begin + 1, text.find('}', begin) - begin - 1);
    auto const* const marker = marker_of(inside);
    if (marker != nullptr && !marker->name_ending.empty()) return marker->name_ending;
  }
  return {};
}

}  // namespace linebook::books

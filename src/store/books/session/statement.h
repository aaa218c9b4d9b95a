// The statements of the books: a name and a text, of which each engine's text is made at compile time.
//
//   inline constexpr Statement agent_by_id{
//       "agent_by_id", SQL("SELECT ", agent_columns, " FROM ai_agents WHERE account_id = ?1 AND id =
//       ?2{LOCK}")};
//
// Statements live as constants: engines remember them by address.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "store/books/session/markers.h"

namespace linebook::books {

/// A text as one engine takes it, and the name under which it is prepared, counted and told of.
struct NamedText {
  char const* name;
  char const* sql;
};

/// The pieces of a statement's text, one behind the other. A function, so that they can be read at compile
/// time.
#define SQL(...) [] { return ::linebook::books::pieces_of(__VA_ARGS__); }

template <class... Pieces>
constexpr std::array<std::string_view, sizeof...(Pieces)> pieces_of(Pieces const&... pieces) {
  return {std::string_view(pieces)...};
}

/// The texts that are made of what `Text`, an SQL(…), returns.
template <class Text>
class Texts {
  static constexpr auto pieces = Text{}();
  static constexpr std::size_t whole_size = [] {
    std::size_t size = 0;
    for (auto const piece : pieces) size += piece.size();
    return size;
  }();
  static constexpr auto whole = [] {
    std::array<char, whole_size> text{};
    TextRoom room(text.data());
    for (auto const piece : pieces) room.put(piece);
    return text;
  }();
  static constexpr std::string_view view{whole.data(), whole.size()};
  static_assert(problem_in(view) == nullptr,
                "a marker in this text is not one of store/books/session/markers.h");

  template <Reading reading>
  static constexpr std::size_t size_of = [] {
    TextRoom counted;
    MarkerReader(reading, view, counted).read();
    return counted.size();
  }();

 public:
  /// Ends with NUL.
  template <Reading reading>
  static constexpr auto as = [] {
    std::array<char, size_of<reading> + 1> text{};
    TextRoom room(text.data());
    MarkerReader(reading, view, room).read();
    return text;
  }();
  static constexpr std::string_view name_ending = name_ending_of(view);
};

class Statement {
 public:
  template <class Text>
  constexpr Statement(char const* name, Text text) : Statement(name, text, text) {}
  /// Where the engines' texts have nothing in common.
  template <class SqliteText, class PostgresText>
  constexpr Statement(char const* name, SqliteText, PostgresText)
      : sqlite{name, Texts<SqliteText>::template as<Reading::sqlite>.data()},
        postgres{name, Texts<PostgresText>::template as<Reading::postgres>.data()},
        postgres_locking(postgres) {
    constexpr auto ending = Texts<PostgresText>::name_ending;
    if constexpr (!ending.empty()) {
      TextRoom room(locking_name_);
      room.put(name);
      room.put(ending);
      postgres_locking = {locking_name_, Texts<PostgresText>::template as<Reading::postgres_locking>.data()};
    }
  }
  Statement(Statement const&) = delete;
  Statement& operator=(Statement const&) = delete;

  /// What PostgreSQL runs for a job that changes things, or only reads.
  constexpr NamedText const& on_postgres(bool locking) const {
    return locking && locks() ? postgres_locking : postgres;
  }
  /// Whether jobs that change things are to lock what they read by it.
  constexpr bool locks() const { return postgres_locking.sql != postgres.sql; }

  NamedText sqlite;
  NamedText postgres;
  NamedText postgres_locking;

 private:
  static constexpr std::size_t longest_name = 63;  // as PostgreSQL keeps them
  char locking_name_[longest_name + 1] = {};
};

}  // namespace linebook::books

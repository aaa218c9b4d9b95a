#include "store/books/session/markers.h"

#include <gtest/gtest.h>

#include <string>

#include "store/books/session/statement.h"

namespace linebook::books {
namespace {

struct MarkerCase {
  char const* written;
  char const* sqlite;
  char const* postgres;
  char const* postgres_locking;
};

std::string reading_of(Reading reading, std::string_view text) {
  TextRoom counted;
  EXPECT_EQ(MarkerReader(reading, text, counted).read(), nullptr) << text;
  std::string read(counted.size(), ' ');
  TextRoom room(read.data());
  MarkerReader(reading, text, room).read();
  return read;
}

TEST(Markers, EachEngineReadsThemInItsOwnWay) {
  MarkerCase const cases[] = {
      {"", "", "", ""},
      {"a = ?1", "a = ?1", "a = $1", "a = $1"},
      {"(?9..?12)", "(?9, ?10, ?11, ?12)", "($9, $10, $11, $12)", "($9, $10, $11, $12)"},
      {"?3..?3", "?3", "$3", "$3"},
      {"FROM t{INDEXED BY i} WHERE", "FROM t INDEXED BY i WHERE", "FROM t WHERE", "FROM t WHERE"},
      {"a {CROSS JOIN} b", "a CROSS JOIN b", "a JOIN b", "a JOIN b"},
      {"= ?2{LOCK}", "= ?2", "= $2", "= $2 FOR NO KEY UPDATE"},
      {"x{LOCK OF p, c}", "x", "x", "x FOR NO KEY UPDATE OF p, c"},
      {"x{SHARE}", "x", "x", "x FOR SHARE"},
      {"x{HOLD SKIP LOCKED}", "x", "x FOR NO KEY UPDATE SKIP LOCKED", "x FOR NO KEY UPDATE SKIP LOCKED"},
      {"a {IS NOT} ?1", "a IS NOT ?1", "a IS DISTINCT FROM $1", "a IS DISTINCT FROM $1"},
      {"AND flag{= 1}", "AND flag = 1", "AND flag", "AND flag"},
      {"{GREATEST}(a, b)", "max(a, b)", "greatest(a, b)", "greatest(a, b)"},
      {"FROM {TOTALS}", "FROM account_totals", "FROM ledger_heads", "FROM ledger_heads"},
  };
  for (auto const& c : cases) {
    EXPECT_EQ(reading_of(Reading::sqlite, c.written), c.sqlite);
    EXPECT_EQ(reading_of(Reading::postgres, c.written), c.postgres);
    EXPECT_EQ(reading_of(Reading::postgres_locking, c.written), c.postgres_locking);
  }
}

TEST(Markers, WhatIsNoMarkerIsAProblem) {
  for (auto const* text : {"{INDEX BY i}", "{INDEXED BYi}", "{lock}", "{IS NOT x}", "{TOTALS t}", "{}",
                           "{LOCK", "LOCK}", "= ?", "= ?0", "?3..?2", "?1..?", "{LOCKED}"})
    EXPECT_NE(problem_in(text), nullptr) << text;
}

inline constexpr std::string_view columns = "a, b";
constexpr Statement plain{"plain", SQL("SELECT ", columns, " FROM t WHERE a = ?1")};
constexpr Statement locking{"locking", SQL("SELECT ", columns, " FROM t WHERE a = ?1", "{LOCK}")};
constexpr Statement shared{"shared", SQL("SELECT 1 FROM t{SHARE}")};
constexpr Statement unlike{"unlike", SQL("SELECT ?1"), SQL("SELECT ?1 FROM t")};

TEST(Statement, HasATextForEachEngine) {
  EXPECT_STREQ(plain.sqlite.sql, "SELECT a, b FROM t WHERE a = ?1");
  EXPECT_STREQ(plain.postgres.sql, "SELECT a, b FROM t WHERE a = $1");
  EXPECT_EQ(&plain.on_postgres(true), &plain.postgres);
  EXPECT_STREQ(unlike.sqlite.sql, "SELECT ?1");
  EXPECT_STREQ(unlike.postgres.sql, "SELECT $1 FROM t");
}

TEST(Statement, ThatLocksIsAnotherOneWithANameOfItsOwn) {
  EXPECT_EQ(&locking.on_postgres(false), &locking.postgres);
  auto const& locked = locking.on_postgres(true);
  EXPECT_STREQ(locked.name, "locking_locked");
  EXPECT_STREQ(locked.sql, "SELECT a, b FROM t WHERE a = $1 FOR NO KEY UPDATE");
  EXPECT_STREQ(locking.sqlite.name, "locking");
  EXPECT_STREQ(shared.on_postgres(true).name, "shared_shared");
}

}  // namespace
}  // namespace linebook::books

// Four ways to find every number that holds some digits, with the first page of 20 and the exact total, side
// by side: a scan, SQLite's trigram index, a B-tree of every suffix, and the digit index that Linebook uses.
// The table is that of docs/adr/0006-search-in-memory.md.
//
//   build/bench/bench/search_alternatives [NUMBERS]
#include <fmt/format.h>
#include <malloc.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "store/search/digit_index.h"

namespace linebook::bench {
namespace {

constexpr std::int64_t page = 20;
constexpr std::size_t searches = 200;         // of each length
constexpr std::chrono::seconds patience{10};  // for all searches of one length
constexpr std::size_t insert_batch = 64;      // rows a transaction
constexpr std::array lengths{1, 2, 3, 6, 9};

using Clock = std::chrono::steady_clock;
double microseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
}

struct Row {
  std::string number;
  bool primary;
};

class Database {
 public:
  explicit Database(std::string const& path) {
    std::filesystem::remove(path);
    check(sqlite3_open(path.c_str(), &db_));
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA mmap_size = 2147418112;"
        "PRAGMA cache_size = -262144;");
  }
  Database(Database const&) = delete;
  ~Database() {
    for (auto* statement : statements_) sqlite3_finalize(statement);
    sqlite3_close(db_);
  }

  void run(char const* sql) { check(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr)); }
  sqlite3_stmt* prepare(char const* sql) {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr));
    statements_.push_back(statement);
    return statement;
  }
  /// Binds a text and a number, and steps through all rows; gives how many there were.
  std::int64_t step(sqlite3_stmt* statement, std::string const& text, std::int64_t number) {
    sqlite3_bind_text(statement, 1, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    if (sqlite3_bind_parameter_count(statement) > 1) sqlite3_bind_int64(statement, 2, number);
    std::int64_t rows = 0;
    for (int code = sqlite3_step(statement); code != SQLITE_DONE; code = sqlite3_step(statement), ++rows)
      if (code != SQLITE_ROW) check(code);
    sqlite3_reset(statement);
    return rows;
  }
  std::int64_t bytes() {
    auto* const statement = prepare("SELECT sum(pgsize) FROM dbstat WHERE name <> ?1");
    sqlite3_bind_text(statement, 1, "numbers", -1, SQLITE_STATIC);
    sqlite3_step(statement);
    return sqlite3_column_int64(statement, 0);
  }

 private:
  void check(int code) {
    if (code == SQLITE_OK) return;
    fmt::print(stderr, "search_alternatives: {}\n", sqlite3_errmsg(db_));
    std::exit(1);
  }
  sqlite3* db_ = nullptr;
  std::vector<sqlite3_stmt*> statements_;
};

struct Way {
  char const* name;
  std::function<void(std::int64_t id, Row const&)> insert;
  std::function<void()> begin, commit;
  std::function<std::int64_t(std::string const& digits, bool primary_only)> search;  // the exact total
  std::function<std::int64_t()> bytes;
};

std::string some_digits(std::mt19937_64& random, int length) {
  std::string digits;
  for (int i = 0; i < length; ++i) digits += static_cast<char>('0' + random() % 10);
  return digits;
}

void measure(Way const& way, std::size_t count) {
  std::mt19937_64 random(7);
  auto const started = Clock::now();
  for (std::size_t i = 0; i < count;) {
    way.begin();
    for (std::size_t end = std::min(count, i + insert_batch); i < end; ++i)
      way.insert(static_cast<std::int64_t>(i), {some_digits(random, 10), random() % 2 == 0});
    way.commit();
  }
  auto const insert_cost = microseconds_since(started) / static_cast<double>(count);
  std::string line = fmt::format("| {} | {:.2f} | {} |", way.name, insert_cost,
                                 way.bytes() / static_cast<std::int64_t>(count));
  for (bool const primary_only : {false, true})
    for (int const length : lengths) {
      std::vector<double> took;
      auto const begin = Clock::now();
      while (took.size() < searches && (took.size() < 3 || Clock::now() - begin < patience)) {
        auto const digits = some_digits(random, length);
        auto const search_began = Clock::now();
        way.search(digits, primary_only);
        took.push_back(microseconds_since(search_began) / 1000);
      }
      std::ranges::sort(took);
      line += fmt::format(" {:.2f} / {:.2f} |", took[took.size() / 2], took[took.size() * 99 / 100]);
    }
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

Way scan(Database& db) {
  db.run("CREATE TABLE numbers (id INTEGER PRIMARY KEY, number TEXT, is_primary INTEGER)");
  auto* const insert = db.prepare("INSERT INTO numbers (number, is_primary) VALUES (?1, ?2)");
  auto* const found =
      db.prepare("SELECT id FROM numbers WHERE instr(number, ?1) > 0 AND is_primary >= ?2 ORDER BY id DESC");
  return {.name = "scan with instr()",
          .insert = [&db, insert](std::int64_t, Row const& row) { db.step(insert, row.number, row.primary); },
          .begin = [&db] { db.run("BEGIN"); },
          .commit = [&db] { db.run("COMMIT"); },
          .search = [&db, found](auto const& digits, bool only) { return db.step(found, digits, only); },
          .bytes = [&db] { return db.bytes(); }};
}

Way trigrams(Database& db) {
  auto way = scan(db);
  db.run("CREATE VIRTUAL TABLE trigrams USING fts5 (number, content = '', tokenize = 'trigram')");
  auto* const insert = db.prepare("INSERT INTO trigrams (number) VALUES (?1)");
  auto* const total = db.prepare("SELECT rowid FROM trigrams WHERE number MATCH ?1");
  auto* const first =
      db.prepare("SELECT rowid FROM trigrams WHERE number MATCH ?1 ORDER BY rowid DESC LIMIT 20");
  auto* const filtered = db.prepare(
      "SELECT n.id FROM trigrams t CROSS JOIN numbers n ON n.id = t.rowid WHERE t.number MATCH ?1"
      " AND n.is_primary >= ?2 ORDER BY t.rowid DESC");
  way.name = "FTS5 trigram";
  way.insert = [&db, insert, plain = way.insert](std::int64_t id, Row const& row) {
    plain(id, row);
    db.step(insert, row.number, 0);
  };
  way.search = [&db, total, first, filtered, plain = way.search](std::string const& digits, bool only) {
    if (digits.size() < 3) return plain(digits, only);  // below a trigram only a scan is left
    auto const phrase = '"' + digits + '"';
    if (only) return db.step(filtered, phrase, 1);
    db.step(first, phrase, 0);
    return db.step(total, phrase, 0);
  };
  return way;
}

Way suffixes(Database& db) {
  auto way = scan(db);
  db.run("CREATE TABLE suffixes (suffix TEXT, id INTEGER, PRIMARY KEY (suffix, id)) WITHOUT ROWID");
  auto* const insert = db.prepare("INSERT OR IGNORE INTO suffixes VALUES (?1, ?2)");
  auto* const found = db.prepare(
      "SELECT DISTINCT id FROM suffixes WHERE suffix >= ?1 AND suffix < ?1 || ':' ORDER BY id DESC");
  auto* const filtered = db.prepare(
      "SELECT DISTINCT n.id FROM suffixes s CROSS JOIN numbers n ON n.id = s.id"
      " WHERE s.suffix >= ?1 AND s.suffix < ?1 || ':' AND n.is_primary >= ?2 ORDER BY n.id DESC");
  way.name = "suffix B-tree";
  way.insert = [&db, insert, plain = way.insert](std::int64_t id, Row const& row) {
    plain(id, row);
    for (std::size_t i = 0; i < row.number.size(); ++i) db.step(insert, row.number.substr(i), id + 1);
  };
  way.search = [&db, found, filtered](std::string const& digits, bool only) {
    return db.step(only ? filtered : found, digits, 1);
  };
  return way;
}

Way planes(DigitIndex& index) {
  auto const heap = [] {
    auto const info = mallinfo2();
    return static_cast<std::int64_t>(info.uordblks + info.hblkhd);
  };
  return {.name = "digit index",
          .insert =
              [&index](std::int64_t id, Row const& row) {
                index.put({.key = {static_cast<std::uint64_t>(id), 0},
                           .digits = TenDigits::parse(row.number).value(),
                           .phone_type = PhoneType::cell,
                           .primary = row.primary,
                           .verified = false,
                           .do_not_call = false});
              },
          .begin = [] {},
          .commit = [] {},
          .search =
              [&index](std::string const& digits, bool only) {
                DigitPattern pattern{.digits = digits};
                if (only) pattern.primary = true;
                return index.find(pattern, page, 0).total;
              },
          .bytes = [heap, before = heap()] { return heap() - before; }};
}

}  // namespace
}  // namespace linebook::bench

int main(int argc, char** argv) {
  using namespace linebook::bench;
  auto const count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  auto const path = (std::filesystem::temp_directory_path() / "linebook-search-alternatives.db").string();
  fmt::print(
      "{} numbers; first page and exact total, milliseconds, p50 / p99; the last five with a filter\n\n",
      count);
  fmt::print("| way | insert, µs | bytes a number |");
  for (int const filtered : {0, 1})
    for (int const length : lengths)
      fmt::print(" {} digit{}{} |", length, length == 1 ? "" : "s", filtered ? ", primary" : "");
  fmt::print("\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
  for (auto* const make : {scan, trigrams, suffixes}) {
    Database db(path);
    measure(make(db), count);
  }
  linebook::DigitIndex index;
  measure(planes(index), count);
  for (auto const* const suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
}

// SQLite alone, on a database that Linebook made: writes the rows of one POST /api/v2/phone-numbers and
// nothing else. No use case, no checks, no queue: what remains when everything of Linebook's is taken away.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace linebook::bench {

class BareBook {
 public:
  explicit BareBook(std::string const& path) {
    check(sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr));
    // As the server's own writer has them.
    for (auto const* pragma :
         {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON",
          "PRAGMA mmap_size = 2147418112", "PRAGMA cache_size = -65536", "PRAGMA wal_autocheckpoint = 4000"})
      check(sqlite3_exec(db_, pragma, nullptr, nullptr, nullptr));
    account_ = integer("SELECT account_id FROM people LIMIT 1");
    people_ = integer("SELECT count(*) FROM people");
    at_ = integer(
        "SELECT last_at FROM ledger_heads WHERE account_id = (SELECT account_id FROM people LIMIT 1)");
    begin_ = prepare("BEGIN IMMEDIATE");
    commit_ = prepare("COMMIT");
    number_ = prepare(
        "INSERT INTO contact_numbers (account_id, id, person_type, person_id, number, phone_type, is_primary,"
        " verified, do_not_call, created_at, updated_at)"
        " VALUES (?1, ?2, 'patient', ?3, ?4, 'cell', 0, 0, 0, ?5, ?5)");
    total_ = prepare("UPDATE account_totals SET contact_numbers = contact_numbers + 1 WHERE account_id = ?1");
    ledger_head_ = prepare(
        "UPDATE ledger_heads SET last_sequence = last_sequence + 1, last_at = max(last_at, ?2)"
        " WHERE account_id = ?1 RETURNING last_sequence");
    ledger_ = prepare(
        "INSERT INTO ledger (account_id, sequence, at, actor, request_id, entity, entity_id, action, changes)"
        " VALUES (?1, ?2, ?3, 'key_01M81R4DFD0QJ54PYE0VYCSPWW', ?4, 'contact_number', ?5, 'created', ?6)");
  }
  BareBook(BareBook const&) = delete;
  ~BareBook() {
    for (auto* statement : {begin_, commit_, number_, total_, ledger_head_, ledger_})
      sqlite3_finalize(statement);
    sqlite3_close(db_);
  }

  /// One durable transaction with the rows of `count` POSTs.
  void commit(int count) {
    run(begin_);
    for (int i = 0; i < count; ++i) insert();
    run(commit_);
  }

 private:
  void insert() {
    auto const n = next_++;
    char id[48], request[48], person[32], number[16], changes[320];
    std::snprintf(id, sizeof id, "phn_01ZZZZZZZZ%016lld", static_cast<long long>(n));
    std::snprintf(request, sizeof request, "req_01ZZZZZZZZ%016lld", static_cast<long long>(n));
    std::snprintf(person, sizeof person, "pat_%07lld", static_cast<long long>(n * 7919 % people_));
    // Scattered over all of them, each once: see harness/book.py.
    std::snprintf(number, sizeof number, "%010lld",
                  static_cast<long long>(2'000'000'000 + (400'000'000 + n) * 7'368'787 % 8'000'000'000));
    std::snprintf(changes, sizeof changes,
                  R"({"patient_id":{"was":null,"is":"%s"},"number":{"was":null,"is":"%s"},)"
                  R"("phone_type":{"was":null,"is":"cell"},"primary":{"was":null,"is":false},)"
                  R"("verified":{"was":null,"is":false},"do_not_call":{"was":null,"is":false}})",
                  person, number);
    bind(number_, 1, account_);
    bind(number_, 2, id);
    bind(number_, 3, person);
    bind(number_, 4, number);
    bind(number_, 5, at_);
    run(number_);
    bind(total_, 1, account_);
    run(total_);
    bind(ledger_head_, 1, account_);
    bind(ledger_head_, 2, at_);
    auto const sequence = run(ledger_head_);
    bind(ledger_, 1, account_);
    bind(ledger_, 2, sequence);
    bind(ledger_, 3, at_);
    bind(ledger_, 4, request);
    bind(ledger_, 5, id);
    bind(ledger_, 6, changes);
    run(ledger_);
  }

  void check(int code) const {
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
    std::fprintf(stderr, "bare commit: %s\n", sqlite3_errmsg(db_));
    std::exit(1);
  }
  sqlite3_stmt* prepare(char const* sql) {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
    return statement;
  }
  void bind(sqlite3_stmt* s, int at, std::int64_t value) { check(sqlite3_bind_int64(s, at, value)); }
  void bind(sqlite3_stmt* s, int at, char const* text) {
    check(sqlite3_bind_text(s, at, text, -1, SQLITE_STATIC));
  }
  /// To its end; the first column of its only row.
  std::int64_t run(sqlite3_stmt* statement) {
    std::int64_t value = 0;
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) value = sqlite3_column_int64(statement, 0);
    check(code);
    sqlite3_reset(statement);
    return value;
  }
  std::int64_t integer(char const* sql) {
    auto* statement = prepare(sql);
    auto const value = run(statement);
    sqlite3_finalize(statement);
    return value;
  }

  sqlite3* db_ = nullptr;
  sqlite3_stmt *begin_, *commit_, *number_, *total_, *ledger_head_, *ledger_;
  std::int64_t account_ = 0;
  std::int64_t people_ = 0;
  std::int64_t at_ = 0;
  std::int64_t next_ = 0;
};

}  // namespace linebook::bench

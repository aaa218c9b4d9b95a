// First answers, kept for those who ask again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/ports/idempotency.h"
#include "store/books/session/session.h"
#include "store/encoding/table_values.h"

namespace linebook::books {

inline constexpr std::string_view answer_columns = "body_hash, status, head, body, created_at";

template <class Row>
KeptAnswer kept_answer_of(Row const& row) {
  return KeptAnswer{.body_hash = row.template get<std::string>(0),
                    .status = row.template get<int>(1),
                    .head = row.template get<std::string>(2),
                    .body = row.template get<std::string>(3),
                    .created_at = row.template get<Instant>(4)};
}

inline constexpr Statement kept_answer{
    "kept_answer", SQL("SELECT ", answer_columns,
                       " FROM kept_answers"
                       " WHERE account_id = ?1 AND key_id = ?2 AND route = ?3 AND key = ?4{LOCK}")};
inline constexpr std::string_view keep_answer = "INSERT INTO kept_answers (account_id, key_id, route, key, ";
inline constexpr Statement keep_first_answer{"keep_first_answer",
                                             SQL(keep_answer, answer_columns, ") VALUES (?1..?9)")};
// An answer older than a day may still lie there when its key is used anew.
inline constexpr Statement keep_new_answer{
    "keep_new_answer",
    SQL(keep_answer, answer_columns,
        ") VALUES (?1..?9)"
        " ON CONFLICT (account_id, key_id, route, key) DO UPDATE SET body_hash = excluded.body_hash,"
        " status = excluded.status, head = excluded.head, body = excluded.body,"
        " created_at = excluded.created_at")};
// SQLite by the order of its rows, PostgreSQL by the key.
inline constexpr Statement forget_answers{
    "forget_answers",
    SQL("DELETE FROM kept_answers WHERE rowid IN"
        " (SELECT rowid FROM kept_answers INDEXED BY kept_answers_by_age"
        "  WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)"),
    SQL("WITH old AS (SELECT account_id, key_id, route, key FROM kept_answers WHERE created_at < ?1"
        "             ORDER BY created_at LIMIT ?2)"
        " DELETE FROM kept_answers k USING old WHERE k.account_id = old.account_id"
        " AND k.key_id = old.key_id AND k.route = old.route AND k.key = old.key")};

template <class Session>
class IdempotencyBook final : public Idempotency {
 public:
  explicit IdempotencyBook(Session& session) : session_(session) {}

  std::optional<KeptAnswer> find(IdempotencySlot const& slot) const override {
    session_.claim(claim_on_answer(slot));
    auto answer =
        session_.query(kept_answer, slot.account, slot.key_id, slot.route, slot.key).one(kept_answer_of<Row>);
    if (!answer) session_.was_absent(claim_on_answer(slot));
    return answer;
  }

  void keep(IdempotencySlot const& slot, KeptAnswer const& answer) override {
    session_.claim(claim_on_answer(slot));
    // Where the slot was empty and no longer is, another node ran the same request meanwhile: this one is run
    // again, and finds the answer. A row that find() found is locked since.
    auto const& statement =
        session_.found_absent(claim_on_answer(slot)) ? keep_first_answer : keep_new_answer;
    session_.change(statement, slot.account, slot.key_id, slot.route, slot.key, Bytes{answer.body_hash},
                    answer.status, Bytes{answer.head}, Bytes{answer.body}, answer.created_at);
  }

  std::int64_t forget(Instant before, std::int64_t limit) override {
    return session_.changed(forget_answers, before, limit);
  }

 private:
  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books

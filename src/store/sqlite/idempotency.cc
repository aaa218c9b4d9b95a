#include "store/sqlite/transaction.h"

namespace linebook::sqlite {
namespace {

constexpr Statement kept_answer{"kept_answer",
                                "SELECT body_hash, status, head, body, created_at FROM kept_answers"
                                " WHERE account_id = ?1 AND key_id = ?2 AND route = ?3 AND key = ?4"};
// An answer older than a day may still lie there when its key is used anew.
constexpr Statement keep_answer{
    "keep_answer",
    "INSERT INTO kept_answers (account_id, key_id, route, key, body_hash, status, head, body, created_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
    " ON CONFLICT (account_id, key_id, route, key) DO UPDATE SET body_hash = excluded.body_hash,"
    " status = excluded.status, head = excluded.head, body = excluded.body, created_at = "
    "excluded.created_at"};
constexpr Statement forget_answers{"forget_answers",
                                   "DELETE FROM kept_answers WHERE rowid IN"
                                   " (SELECT rowid FROM kept_answers INDEXED BY kept_answers_by_age"
                                   "  WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)"};

}  // namespace

std::optional<KeptAnswer> SqliteIdempotency::find(IdempotencySlot const& slot) const {
  Query query(db_, kept_answer, slot.account, slot.key_id, slot.route, slot.key);
  if (!query.next()) return std::nullopt;
  return kept_answer_of(query);
}

void SqliteIdempotency::keep(IdempotencySlot const& slot, KeptAnswer const& answer) {
  Query(db_, keep_answer, slot.account, slot.key_id, slot.route, slot.key, Bytes{answer.body_hash},
        answer.status, Bytes{answer.head}, Bytes{answer.body}, answer.created_at)
      .run();
}

std::int64_t SqliteIdempotency::forget(Instant before, std::int64_t limit) {
  return Query(db_, forget_answers, before, limit).run();
}

}  // namespace linebook::sqlite

#include "store/encoding/table_columns.h"
#include "store/postgres/claim_keys.h"
#include "store/postgres/transaction.h"

namespace linebook::postgres {
namespace {

#define KEPT_ANSWER                 \
  "SELECT " LINEBOOK_ANSWER_COLUMNS \
  " FROM kept_answers"              \
  " WHERE account_id = $1 AND key_id = $2 AND route = $3 AND key = $4"
constexpr Statement kept_answer{"kept_answer", KEPT_ANSWER};
constexpr Statement kept_answer_locked{"kept_answer_locked", KEPT_ANSWER " FOR NO KEY UPDATE"};
#define KEEP_ANSWER                                                                    \
  "INSERT INTO kept_answers (account_id, key_id, route, key, " LINEBOOK_ANSWER_COLUMNS \
  ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
constexpr Statement keep_first_answer{"keep_first_answer", KEEP_ANSWER};
// An answer older than a day may still lie there when its key is used anew.
constexpr Statement keep_new_answer{
    "keep_new_answer", KEEP_ANSWER
    " ON CONFLICT (account_id, key_id, route, key) DO UPDATE SET body_hash = excluded.body_hash,"
    " status = excluded.status, head = excluded.head, body = excluded.body,"
    " created_at = excluded.created_at"};
constexpr Statement forget_answers{
    "forget_answers",
    "WITH old AS (SELECT account_id, key_id, route, key FROM kept_answers WHERE created_at < $1"
    "             ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED),"
    " gone AS (DELETE FROM kept_answers k USING old WHERE k.account_id = old.account_id"
    "          AND k.key_id = old.key_id AND k.route = old.route AND k.key = old.key RETURNING 1)"
    " SELECT count(*) FROM gone"};

}  // namespace

std::optional<KeptAnswer> PostgresIdempotency::find(IdempotencySlot const& slot) const {
  session_.claim(claim_on_answer(slot));
  auto const& statement = session_.changes_things() ? kept_answer_locked : kept_answer;
  auto answer =
      session_.query(statement, slot.account, slot.key_id, slot.route, slot.key).one(kept_answer_of<Row>);
  if (!answer) empty_slot_ = slot;
  return answer;
}

void PostgresIdempotency::keep(IdempotencySlot const& slot, KeptAnswer const& answer) {
  session_.claim(claim_on_answer(slot));
  // Where the slot was empty and no longer is, another node ran the same request meanwhile: this one is run
  // again, and finds the answer. A row that find() found is locked since.
  auto const& statement = empty_slot_ == slot ? keep_first_answer : keep_new_answer;
  session_.change(statement, slot.account, slot.key_id, slot.route, slot.key, Bytes{answer.body_hash},
                  answer.status, Bytes{answer.head}, Bytes{answer.body}, answer.created_at);
}

std::int64_t PostgresIdempotency::forget(Instant before, std::int64_t limit) {
  session_.changes.rows = true;
  return session_.query(forget_answers, before, limit).number();
}

}  // namespace linebook::postgres

// What the database of reassigned numbers answered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/reassigned_numbers.h"
#include "base/calendar_date.h"
#include "store/books/session/session.h"
#include "store/encoding/spelled_columns.h"

namespace linebook::books {

template <class Row>
LocalDay day_at(Row const& row, int column) {
  auto const day = parse_date(row.template get<std::string_view>(column));
  if (!day) unreadable("date");
  return *day;
}

template <class Row>
ReassignedNumber reassigned_number_of(Row const& row) {
  return {.number = row.template get<TenDigits>(0),
          .date = day_at(row, 1),
          .answer = row.template get<ReassignedAnswer>(2)};
}

template <class Row>
ReassignedQuery reassigned_query_of(Row const& row) {
  return {row.template get<TenDigits>(0), row.template get<Instant>(1)};
}

inline constexpr Statement reassigned_by_number{
    "reassigned_by_number", SQL("SELECT number, on_date, answer FROM reassigned_answers WHERE account_id = ?1"
                                " AND number = ?2")};
inline constexpr Statement save_reassigned{
    "save_reassigned", SQL("INSERT INTO reassigned_answers (account_id, number, on_date, answer)"
                           " VALUES (?1..?4) ON CONFLICT (account_id, number) DO UPDATE SET"
                           " on_date = excluded.on_date, answer = excluded.answer")};
// An entry with neither consent nor verification has nothing to ask about.
inline constexpr Statement reassigned_to_ask{
    "reassigned_to_ask",
    SQL("SELECT f.number, max(f.at) FROM ("
        "SELECT c.number, c.verified_at AS at FROM contact_numbers c"
        " WHERE c.account_id = ?1 AND c.verified_at IS NOT NULL"
        " UNION ALL SELECT c.number, k.at FROM consents k JOIN contact_numbers c ON c.account_id = ?1"
        " AND c.id = k.phone_id WHERE k.account_id = ?1 AND k.status = 'granted') f"
        " WHERE f.number > ?2 GROUP BY f.number ORDER BY f.number LIMIT ?3")};

template <class Session>
class ReassignedNumbersBook final : public ReassignedNumbers {
 public:
  explicit ReassignedNumbersBook(Session& session) : session_(session) {}

  std::optional<ReassignedNumber> find(AccountId account, TenDigits const& number) const override {
    return session_.query(reassigned_by_number, account, number).one(reassigned_number_of<Row>);
  }

  void save(AccountId account, ReassignedNumber const& r) override {
    session_.change(save_reassigned, account, r.number, to_date_text(r.date), r.answer);
  }

  std::vector<ReassignedQuery> to_ask(AccountId account, std::string_view after,
                                      std::int64_t limit) const override {
    return session_.query(reassigned_to_ask, account, after, limit).all(reassigned_query_of<Row>);
  }

 private:
  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books

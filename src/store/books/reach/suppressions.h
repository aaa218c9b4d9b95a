// The accounts' suppression lists.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/ports/suppressions.h"
#include "store/books/session/session.h"
#include "store/encoding/spelled_columns.h"

namespace linebook::books {

inline constexpr std::string_view suppression_columns =
    "number, call_reason, call_at, text_reason, text_at, created_at, updated_at";

/// `begin`: where its columns do.
template <class Row>
Suppression suppression_at(Row const& row, int begin) {
  Suppression suppression{.number = row.template get<TenDigits>(begin),
                          .channels = {},
                          .created_at = row.template get<Instant>(begin + 5),
                          .updated_at = row.template get<Instant>(begin + 6)};
  for (auto const channel : {Channel::call, Channel::text}) {
    int const first = begin + (channel == Channel::call ? 1 : 3);
    if (auto reason = row.template get<std::optional<std::string>>(first))
      suppression.of(channel) = {std::move(*reason), row.template get<Instant>(first + 1)};
  }
  return suppression;
}

template <class Row>
Suppression suppression_of(Row const& row) {
  return suppression_at(row, 0);
}

inline std::optional<std::string_view> reason_of(Suppression const& s, Channel channel) {
  return s.of(channel) ? std::optional<std::string_view>(s.of(channel)->reason) : std::nullopt;
}
inline std::optional<Instant> time_of(Suppression const& s, Channel channel) {
  return s.of(channel) ? std::optional(s.of(channel)->at) : std::nullopt;
}

inline constexpr Statement suppression_by_number{
    "suppression_by_number",
    SQL("SELECT ", suppression_columns, " FROM suppressions WHERE account_id = ?1 AND number = ?2{LOCK}")};
inline constexpr Statement suppressions_newest{
    "suppressions_newest", SQL("SELECT ", suppression_columns,
                               " FROM suppressions{INDEXED BY suppressions_by_age} WHERE account_id = ?1"
                               " ORDER BY created_at DESC, number DESC LIMIT ?2 OFFSET ?3")};
inline constexpr Statement suppressions_total{"suppressions_total",
                                              SQL("SELECT count(*) FROM suppressions WHERE account_id = ?1")};
inline constexpr Statement save_suppression{
    "save_suppression",
    SQL("INSERT INTO suppressions (account_id, ", suppression_columns,
        ") VALUES (?1..?8) ON CONFLICT (account_id, number) DO UPDATE SET call_reason = excluded.call_reason,"
        " call_at = excluded.call_at, text_reason = excluded.text_reason, text_at = excluded.text_at,"
        " updated_at = excluded.updated_at")};
inline constexpr Statement remove_suppression{
    "remove_suppression", SQL("DELETE FROM suppressions WHERE account_id = ?1 AND number = ?2")};

template <class Session>
class SuppressionsBook final : public Suppressions {
 public:
  explicit SuppressionsBook(Session& session) : session_(session) {}

  std::optional<Suppression> find(AccountId account, TenDigits const& number) const override {
    session_.claim(claim_on_suppression(account, number));
    return session_.query(suppression_by_number, account, number).one(suppression_of<Row>);
  }

  CountedPage<Suppression> list(AccountId account, std::int64_t limit, std::int64_t offset) const override {
    return {session_.query(suppressions_newest, account, limit, offset).all(suppression_of<Row>),
            session_.query(suppressions_total, account).number()};
  }

  void save(AccountId account, Suppression const& s) override {
    session_.claim(claim_on_suppression(account, s.number));
    session_.change(save_suppression, account, s.number, reason_of(s, Channel::call),
                    time_of(s, Channel::call), reason_of(s, Channel::text), time_of(s, Channel::text),
                    s.created_at, s.updated_at);
  }

  void remove(AccountId account, TenDigits const& number) override {
    session_.claim(claim_on_suppression(account, number));
    session_.change(remove_suppression, account, number);
  }

 private:
  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books

// Verifications that wait for their codes, and when codes were sent.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/verifications.h"
#include "store/books/session/session.h"
#include "store/encoding/joined_times.h"
#include "store/encoding/spelled_columns.h"
#include "store/encoding/table_values.h"

namespace linebook::books {

inline constexpr std::string_view verification_columns =
    "id, phone_id, number, channel, code_hash, checks_left, created_at, expires_at";

template <class Row>
NumberVerification verification_of(Row const& row) {
  return {.id = row.template get<VerificationId>(0),
          .phone = row.template get<ContactNumberId>(1),
          .number = row.template get<TenDigits>(2),
          .channel = row.template get<Channel>(3),
          .code_hash = row.template get<std::string>(4),
          .checks_left = row.template get<int>(5),
          .created_at = row.template get<Instant>(6),
          .expires_at = row.template get<Instant>(7)};
}

template <class Row>
std::vector<Instant> sends_of(Row const& row) {
  return split_times(row.template get<std::string_view>(0));
}

inline constexpr Statement verification_of_phone{
    "verification_of_phone", SQL("SELECT ", verification_columns,
                                 " FROM verifications WHERE account_id = ?1 AND phone_id = ?2{LOCK}")};
inline constexpr Statement save_verification{
    "save_verification",
    SQL("INSERT INTO verifications (account_id, ", verification_columns,
        ") VALUES (?1..?9) ON CONFLICT (account_id, phone_id) DO UPDATE SET id = excluded.id,"
        " number = excluded.number, channel = excluded.channel, code_hash = excluded.code_hash,"
        " checks_left = excluded.checks_left, created_at = excluded.created_at,"
        " expires_at = excluded.expires_at")};
inline constexpr Statement remove_verification{
    "remove_verification", SQL("DELETE FROM verifications WHERE account_id = ?1 AND phone_id = ?2")};

// There is to be a row that can be held.
inline constexpr Statement begin_verification_sends{
    "begin_verification_sends",
    SQL("INSERT INTO verification_sends (account_id, number, times, last_at) VALUES (?1, ?2, '', 0)"
        " ON CONFLICT (account_id, number) DO NOTHING")};
inline constexpr Statement verification_sends_to{
    "verification_sends_to",
    SQL("SELECT times FROM verification_sends WHERE account_id = ?1 AND number = ?2{LOCK}")};
inline constexpr Statement save_verification_sends{
    "save_verification_sends",
    SQL("INSERT INTO verification_sends (account_id, number, times, last_at) VALUES (?1..?4)"
        " ON CONFLICT (account_id, number) DO UPDATE SET times = excluded.times, last_at = "
        "excluded.last_at")};
inline constexpr std::int64_t sends_forgotten_at_once = 10;
inline constexpr Statement forget_verification_sends{
    "forget_verification_sends",
    SQL("WITH old AS MATERIALIZED (SELECT number"
        "  FROM verification_sends{INDEXED BY verification_sends_by_age} WHERE account_id = ?1"
        "  AND last_at < ?2 ORDER BY last_at LIMIT ?3{HOLD SKIP LOCKED})"
        " DELETE FROM verification_sends WHERE account_id = ?1 AND number IN (SELECT number FROM old)")};

template <class Session>
class VerificationsBook final : public Verifications {
 public:
  explicit VerificationsBook(Session& session) : session_(session) {}

  std::optional<NumberVerification> find(AccountId account, ContactNumberId const& phone) const override {
    session_.claim(claim_on_verification(account, phone));
    return session_.query(verification_of_phone, account, phone).one(verification_of<Row>);
  }

  void save(AccountId account, NumberVerification const& v) override {
    session_.claim(claim_on_verification(account, v.phone));
    session_.change(save_verification, account, v.id, v.phone, v.number, v.channel, Bytes{v.code_hash},
                    v.checks_left, v.created_at, v.expires_at);
  }

  void remove(AccountId account, ContactNumberId const& phone) override {
    session_.claim(claim_on_verification(account, phone));
    session_.change(remove_verification, account, phone);
  }

  std::vector<Instant> sends(AccountId account, TenDigits const& number, Instant since) const override {
    auto times = all_sends(account, number);
    std::erase_if(times, [&](Instant at) { return at < since; });
    return times;
  }

  void add_send(AccountId account, TenDigits const& number, Instant at, Instant forget_before) override {
    auto times = all_sends(account, number);
    std::erase_if(times, [&](Instant earlier) { return earlier < forget_before; });
    times.insert(std::ranges::upper_bound(times, at), at);
    session_.change(save_verification_sends, account, number, join_times(times), times.back());
    session_.change(forget_verification_sends, account, forget_before, sends_forgotten_at_once);
  }

 private:
  using Row = typename Session::Row;

  std::vector<Instant> all_sends(AccountId account, TenDigits const& number) const {
    if (session_.claim(claim_on_verification_sends(account, number)) != Claim::held_already)
      session_.change(begin_verification_sends, account, number);
    return session_.query(verification_sends_to, account, number)
        .one(sends_of<Row>)
        .value_or(std::vector<Instant>());
  }

  Session& session_;
};

}  // namespace linebook::books

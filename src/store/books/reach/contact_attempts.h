// Attempts to reach numbers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/ports/contact_attempts.h"
#include "store/books/session/session.h"
#include "store/encoding/spelled_columns.h"

namespace linebook::books {

inline constexpr std::string_view attempt_columns =
    "id, number, phone_id, channel, purpose, decision_id, outcome, note, inbound, at";

template <class Row>
Attempt attempt_of(Row const& row) {
  return {.id = row.template get<AttemptId>(0),
          .number = row.template get<TenDigits>(1),
          .phone = row.template get<std::optional<ContactNumberId>>(2),
          .channel = row.template get<Channel>(3),
          .purpose = row.template get<std::optional<Purpose>>(4),
          .decision = row.template get<std::optional<DecisionId>>(5),
          .outcome = row.template get<std::optional<Outcome>>(6),
          .note = row.template get<std::optional<std::string>>(7),
          .inbound = row.template get<bool>(8),
          .at = row.template get<Instant>(9)};
}

inline constexpr Statement attempt_of_decision{
    "attempt_of_decision",
    SQL("SELECT ", attempt_columns,
        " FROM contact_attempts{INDEXED BY contact_attempts_by_decision} WHERE account_id = ?1"
        " AND decision_id = ?2{LOCK}")};
inline constexpr Statement insert_attempt{"insert_attempt", SQL("INSERT INTO contact_attempts (account_id, ",
                                                                attempt_columns, ") VALUES (?1..?11)")};
inline constexpr Statement update_attempt{"update_attempt",
                                          SQL("UPDATE contact_attempts SET outcome = ?3, note = ?4, "
                                              "decision_id = ?5 WHERE account_id = ?1 AND id = ?2")};

template <class Session>
class ContactAttemptsBook final : public ContactAttempts {
 public:
  explicit ContactAttemptsBook(Session& session) : session_(session) {}

  std::optional<Attempt> of_decision(AccountId account, DecisionId const& id) const override {
    session_.claim(claim_on_attempt(account, id));
    return session_.query(attempt_of_decision, account, id).one(attempt_of<Row>);
  }

  void insert(AccountId account, Attempt const& a) override {
    session_.change(insert_attempt, account, a.id, a.number, a.phone, a.channel, a.purpose, a.decision,
                    a.outcome, a.note, a.inbound, a.at);
  }

  void update(AccountId account, Attempt const& a) override {
    session_.change(update_attempt, account, a.id, a.outcome, a.note, a.decision);
  }

 private:
  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books

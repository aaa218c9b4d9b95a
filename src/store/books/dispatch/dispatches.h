// The outbox of calls and texts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/ports/dispatches.h"
#include "store/books/session/session.h"
#include "store/encoding/spelled_columns.h"

namespace linebook::books {

inline constexpr std::string_view dispatch_columns =
    "account_id, subject, channel, line_id, carrier_account, stage, hang_up, asked_at, attempts, due_at,"
    " lease, lease_until, actor, request_id";

template <class Row>
Dispatch dispatch_of(Row const& row) {
  return {.account = row.template get<AccountId>(0),
          .subject = row.template get<std::string>(1),
          .channel = row.template get<Channel>(2),
          .line = row.template get<LineId>(3),
          .carrier_account = row.template get<std::string>(4),
          .stage = row.template get<DispatchStage>(5),
          .hang_up = row.template get<bool>(6),
          .asked_at = row.template get<std::optional<Instant>>(7),
          .attempts = row.template get<int>(8),
          .due_at = row.template get<Instant>(9),
          .lease = row.template get<std::optional<std::string>>(10),
          .lease_until = row.template get<std::optional<Instant>>(11),
          .actor = row.template get<std::string>(12),
          .request_id = row.template get<std::string>(13)};
}

/// What is claimable first at one carrier account.
struct FirstAtCarrier {
  std::string carrier_account;
  Instant claimable_at;
};
template <class Row>
FirstAtCarrier first_at_carrier_of(Row const& row) {
  return {row.template get<std::string>(0), row.template get<Instant>(1)};
}

// When somebody may take it up: as SQLite's index has it.
inline constexpr std::string_view dispatch_claimable_at = "{GREATEST}(due_at, coalesce(lease_until, due_at))";

inline constexpr Statement dispatch_of_subject{
    "dispatch_of_subject",
    SQL("SELECT ", dispatch_columns, " FROM dispatches WHERE account_id = ?1 AND subject = ?2{LOCK}")};
// One step in the index for each carrier account, however much waits there.
inline constexpr Statement dispatch_first_behind{"dispatch_first_behind",
                                                 SQL("SELECT carrier_account, ", dispatch_claimable_at,
                                                     " FROM dispatches{INDEXED BY dispatches_by_due} WHERE "
                                                     "carrier_account > ?1 ORDER BY carrier_account, ",
                                                     dispatch_claimable_at, " LIMIT 1")};
// What another node is just claiming is passed over.
inline constexpr Statement dispatches_due{
    "dispatches_due",
    SQL("SELECT ", dispatch_columns,
        " FROM dispatches{INDEXED BY dispatches_by_due} WHERE carrier_account = ?1 AND ",
        dispatch_claimable_at, " <= ?2 ORDER BY ", dispatch_claimable_at, " LIMIT ?3{HOLD SKIP LOCKED}")};
inline constexpr Statement lease_dispatch{
    "lease_dispatch",
    SQL("UPDATE dispatches SET lease = ?3, lease_until = ?4 WHERE account_id = ?1 AND subject = ?2")};
inline constexpr Statement put_dispatch{
    "put_dispatch",
    SQL("INSERT INTO dispatches (", dispatch_columns,
        ") VALUES (?1..?14) ON CONFLICT (account_id, subject) DO UPDATE SET channel = excluded.channel,"
        " line_id = excluded.line_id, carrier_account = excluded.carrier_account, stage = excluded.stage,"
        " hang_up = excluded.hang_up, asked_at = excluded.asked_at, attempts = excluded.attempts,"
        " due_at = excluded.due_at, lease = excluded.lease, lease_until = excluded.lease_until,"
        " actor = excluded.actor, request_id = excluded.request_id")};
inline constexpr Statement remove_dispatch{
    "remove_dispatch", SQL("DELETE FROM dispatches WHERE account_id = ?1 AND subject = ?2")};
inline constexpr Statement end_dispatch_leases{
    "end_dispatch_leases",
    SQL("UPDATE dispatches SET lease = NULL, lease_until = NULL WHERE lease IS NOT NULL")};

template <class Session>
class DispatchesBook final : public Dispatches {
 public:
  explicit DispatchesBook(Session& session) : session_(session) {}

  std::optional<Dispatch> find(AccountId account, std::string_view subject) const override {
    session_.claim(claim_on_dispatch(account, subject));
    return session_.query(dispatch_of_subject, account, subject).one(dispatch_of<Row>);
  }

  std::vector<std::string> carrier_accounts_due(Instant now) const override {
    std::vector<std::string> due;
    std::string behind;
    while (auto first = session_.query(dispatch_first_behind, behind).one(first_at_carrier_of<Row>)) {
      if (first->claimable_at <= now) due.push_back(first->carrier_account);
      behind = std::move(first->carrier_account);
    }
    return due;
  }

  void put(Dispatch const& d) override {
    session_.claim(claim_on_dispatch(d.account, d.subject));
    session_.change(put_dispatch, d.account, d.subject, d.channel, d.line, d.carrier_account, d.stage,
                    d.hang_up, d.asked_at, d.attempts, d.due_at, d.lease, d.lease_until, d.actor,
                    d.request_id);
  }

  void remove(AccountId account, std::string_view subject) override {
    session_.claim(claim_on_dispatch(account, subject));
    session_.change(remove_dispatch, account, subject);
  }

  std::vector<Dispatch> claim(std::string_view carrier_account, std::string const& lease, Instant now,
                              Instant until, std::int64_t limit) override {
    session_.claim(claim_on_dispatches_of(carrier_account));
    for (;;) {
      auto due = session_.query(dispatches_due, carrier_account, now, limit).all(dispatch_of<Row>);
      bool changed_meanwhile = false;
      for (auto const& d : due)
        changed_meanwhile |= session_.claim(claim_on_dispatch(d.account, d.subject)) == Claim::after_others;
      if (changed_meanwhile) continue;
      for (auto& d : due) {
        d.lease = lease;
        d.lease_until = until;
        session_.change(lease_dispatch, d.account, d.subject, lease, until);
      }
      return due;
    }
  }

  void end_leases() override { session_.change(end_dispatch_leases); }

 private:
  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books

// Decisions and their seals. How they get their places is each engine's own, as the ledger's entries do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/decisions.h"
#include "store/books/ledger/ledger_rows.h"
#include "store/books/session/session.h"
#include "store/encoding/reach_encoding.h"
#include "store/encoding/spelled_columns.h"
#include "store/encoding/table_values.h"

namespace linebook::books {

inline constexpr std::string_view decision_columns =
    "x.sequence, x.id, x.at, x.number, x.channel, x.purpose, x.allowed, x.actor, x.request_id, x.document";

template <class Row>
Decision decision_of(Row const& row) {
  Decision decision{.id = row.template get<DecisionId>(1),
                    .channel = row.template get<Channel>(4),
                    .purpose = row.template get<Purpose>(5),
                    .number = row.template get<TenDigits>(3),
                    .at = row.template get<Instant>(2),
                    .actor = row.template get<std::string>(7),
                    .request_id = row.template get<std::string>(8)};
  decode_decision(row.template get<std::string_view>(9), decision);
  return decision;
}

template <class Row>
StoredRow stored_decision_of(AccountId account, Row const& row) {
  DecisionColumns const columns{.account = account,
                                .sequence = row.template get<std::int64_t>(0),
                                .id = row.template get<std::string_view>(1),
                                .at_milliseconds = row.template get<std::int64_t>(2),
                                .number = row.template get<std::string_view>(3),
                                .channel = row.template get<std::string_view>(4),
                                .purpose = row.template get<std::string_view>(5),
                                .allowed = row.template get<bool>(6),
                                .actor = row.template get<std::string_view>(7),
                                .request_id = row.template get<std::string_view>(8),
                                .document = row.template get<std::string_view>(9)};
  return {columns.sequence, canonical_decision(columns)};
}

inline constexpr Statement decision_by_id{
    "decision_by_id", SQL("SELECT ", decision_columns,
                          " FROM decisions x{INDEXED BY decisions_by_id} WHERE x.account_id = ?1"
                          " AND x.id = ?2")};
// ?2, ?3: from and up to but without these ids.
inline constexpr std::string_view decisions_that_fit =
    " AND (?4 IS NULL OR x.allowed = ?4) AND (?5 IS NULL OR x.channel = ?5) ORDER BY x.id DESC LIMIT ?6";
inline constexpr Statement decisions_newest{
    "decisions_newest", SQL("SELECT ", decision_columns,
                            " FROM decisions x{INDEXED BY decisions_by_id} WHERE x.account_id = ?1"
                            " AND x.id >= ?2 AND x.id < ?3",
                            decisions_that_fit)};
inline constexpr Statement decisions_on_number{
    "decisions_on_number", SQL("SELECT ", decision_columns,
                               " FROM decisions x{INDEXED BY decisions_by_number} WHERE x.account_id = ?1"
                               " AND x.number = ?7 AND x.id >= ?2 AND x.id < ?3",
                               decisions_that_fit)};
inline constexpr Statement decisions_on_person{
    "decisions_on_person",
    SQL("SELECT ", decision_columns,
        " FROM decided_people p {CROSS JOIN} decisions x{INDEXED BY decisions_by_id} ON x.account_id = ?1"
        " AND x.id = p.decision_id WHERE p.account_id = ?1 AND p.person_type IN ('doctor', 'patient')"
        " AND p.person_id = ?7 AND p.decision_id >= ?2 AND p.decision_id < ?3"
        " AND (?8 IS NULL OR x.number = ?8)",
        decisions_that_fit)};
inline constexpr Statement decisions_following{
    "decisions_following", SQL("SELECT ", decision_columns,
                               " FROM decisions x WHERE x.account_id = ?1 AND x.sequence > ?2"
                               " ORDER BY x.sequence LIMIT ?3")};
inline constexpr Statement insert_decided_person{
    "insert_decided_person",
    SQL("INSERT INTO decided_people (account_id, person_type, person_id, decision_id)"
        " VALUES (?1..?4)")};

inline constexpr Statement last_decision_seal{"last_decision_seal",
                                              SQL("SELECT ", seal_columns,
                                                  " FROM decision_seals WHERE account_id = ?1"
                                                  " ORDER BY first_sequence DESC LIMIT 1")};
inline constexpr Statement decision_seals_after{
    "decision_seals_after", SQL("SELECT ", seal_columns,
                                " FROM decision_seals WHERE account_id = ?1"
                                " AND first_sequence > ?2 ORDER BY first_sequence LIMIT ?3")};
inline constexpr Statement append_decision_seal{
    "append_decision_seal",
    SQL("INSERT INTO decision_seals (account_id, ", seal_columns, ") VALUES (?1..?5)")};
inline constexpr Statement decisions_unsealed{
    "decisions_unsealed",
    SQL("SELECT h.account_id FROM decision_heads h WHERE h.last_sequence > coalesce("
        "(SELECT s.last_sequence FROM decision_seals s WHERE s.account_id = h.account_id"
        " ORDER BY s.first_sequence DESC LIMIT 1), 0) ORDER BY h.account_id")};
inline constexpr Statement deciding_accounts{
    "deciding_accounts", SQL("SELECT account_id FROM decision_heads ORDER BY account_id")};
inline constexpr Statement decisions_forgotten{
    "decisions_forgotten",
    SQL("SELECT forgotten_up_to, forgotten_mac FROM decision_heads WHERE account_id = ?1")};
inline constexpr Statement decisions_due{
    "decisions_due",
    SQL("SELECT s.last_sequence FROM decision_heads h JOIN decision_seals s ON s.account_id = ?1"
        " AND s.last_sequence > h.forgotten_up_to WHERE h.account_id = ?1 AND NOT EXISTS (SELECT 1"
        " FROM decisions x WHERE x.account_id = ?1 AND x.sequence > h.forgotten_up_to"
        " AND x.sequence <= s.last_sequence AND x.at >= ?2) ORDER BY s.first_sequence LIMIT 1")};
inline constexpr Statement forget_decided_people{
    "forget_decided_people",
    SQL("DELETE FROM decided_people WHERE account_id = ?1 AND decision_id IN (SELECT x.id FROM decisions x"
        " WHERE x.account_id = ?1 AND x.sequence <= ?2)")};
inline constexpr Statement forget_decisions{
    "forget_decisions", SQL("DELETE FROM decisions WHERE account_id = ?1 AND sequence <= ?2")};
inline constexpr Statement set_decisions_forgotten{
    "set_decisions_forgotten",
    SQL("UPDATE decision_heads SET forgotten_up_to = ?2, forgotten_mac = ?3 WHERE account_id = ?1")};

template <class Row>
std::optional<Forgotten> forgotten_of(Row const& row) {
  return Forgotten{row.template get<std::int64_t>(0),
                   row.template get<std::optional<std::string>>(1).value_or(std::string())};
}
template <class Row>
AccountId deciding_account_of(Row const& row) {
  return row.template get<AccountId>(0);
}

template <class Session>
class DecisionsBook final : public Decisions {
 public:
  explicit DecisionsBook(Session& session) : session_(session) {}

  void append(AccountId account, Decision const& d) override {
    session_.append_decision(account, d);
    for (auto const& person : d.people)
      session_.change(insert_decided_person, account, person.ref.type, person.ref.id, *d.id);
  }

  std::optional<Decision> find(AccountId account, DecisionId const& id) const override {
    return session_.query(decision_by_id, account, id).one(decision_of<Row>);
  }

  std::vector<Decision> newest(AccountId account, DecisionFilter const& filter,
                               std::optional<DecisionId> const& before, std::int64_t limit) const override {
    auto const first = id_from(filter.since.value_or(Instant{0}));
    auto last = filter.until ? id_from(*filter.until) : std::string("dec_~");
    if (before && before->value < last) last = before->value;
    if (filter.person)
      return session_
          .query(decisions_on_person, account, first, last, filter.allowed, filter.channel, limit,
                 *filter.person, filter.number)
          .all(decision_of<Row>);
    if (filter.number)
      return session_
          .query(decisions_on_number, account, first, last, filter.allowed, filter.channel, limit,
                 *filter.number)
          .all(decision_of<Row>);
    return session_.query(decisions_newest, account, first, last, filter.allowed, filter.channel, limit)
        .all(decision_of<Row>);
  }

  Following following(AccountId account, std::int64_t after, std::int64_t limit) const override {
    Following found{.decisions = {}, .last = after};
    found.decisions = session_.query(decisions_following, account, after, limit).all([&](Row const& row) {
      found.last = row.template get<std::int64_t>(0);
      return decision_of(row);
    });
    return found;
  }

  // -- Seals ------------------------------------------------------------------------------------------------

  std::int64_t last_sequence(AccountId account) const override { return session_.last_decision(account); }

  std::vector<StoredRow> stored(AccountId account, std::int64_t after, std::int64_t limit) const override {
    return session_.query(decisions_following, account, after, limit).all([account](Row const& row) {
      return stored_decision_of(account, row);
    });
  }

  std::optional<Seal> last_seal(AccountId account) const override {
    session_.claim(claim_on_decision_seals(account));
    return session_.query(last_decision_seal, account).one(seal_of<Row>);
  }

  std::vector<Seal> seals(AccountId account, std::int64_t after_sequence, std::int64_t limit) const override {
    return session_.query(decision_seals_after, account, after_sequence, limit).all(seal_of<Row>);
  }

  std::vector<AccountId> unsealed_accounts() const override {
    session_.settle();
    return session_.query(decisions_unsealed).all(deciding_account_of<Row>);
  }

  void append_seal(AccountId account, Seal const& seal) override {
    session_.claim(claim_on_decision_seals(account));
    session_.change(append_decision_seal, account, seal.first_sequence, seal.last_sequence, Bytes{seal.chain},
                    Bytes{seal.row_macs});
  }

  // -- Five years -------------------------------------------------------------------------------------------

  std::optional<Forgotten> forgotten(AccountId account) const override {
    return session_.query(decisions_forgotten, account).one(forgotten_of<Row>).value_or(std::nullopt);
  }

  std::optional<std::int64_t> due_to_be_forgotten(AccountId account, Instant before) const override {
    auto const due = session_.query(decisions_due, account, before).number();
    return due == 0 ? std::nullopt : std::optional(due);
  }

  void forget(AccountId account, Forgotten const& mark) override {
    session_.change(forget_decided_people, account, mark.up_to);
    session_.change(forget_decisions, account, mark.up_to);
    session_.change(set_decisions_forgotten, account, mark.up_to, Bytes{mark.mac});
  }

  std::vector<AccountId> accounts() const override {
    session_.settle();
    return session_.query(deciding_accounts).all(deciding_account_of<Row>);
  }

 private:
  /// The first id of that time.
  static std::string id_from(Instant at) { return "dec_" + ulid(at, {}); }

  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books

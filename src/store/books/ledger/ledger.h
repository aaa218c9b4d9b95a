// The ledger and its seals. How entries get their places, and how a filtered walk goes back through them, is
// each engine's own: store/sqlite/ledger.cc, store/postgres/ledger.cc.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "app/ports/ledger.h"
#include "store/books/ledger/ledger_rows.h"
#include "store/books/session/session.h"
#include "store/encoding/table_values.h"

namespace linebook::books {

inline constexpr Statement ledger_following{
    "ledger_following",
    SQL("SELECT ", entry_columns,
        " FROM ledger WHERE account_id = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3")};

inline constexpr Statement ledger_by_entity{
    "ledger_by_entity",
    SQL("SELECT ", entry_columns,
        " FROM ledger{INDEXED BY ledger_by_entity} WHERE account_id = ?1 AND (entity_id, sequence) > (?2, ?3)"
        " ORDER BY entity_id, sequence LIMIT ?4")};

inline constexpr Statement last_ledger_seal{
    "last_ledger_seal", SQL("SELECT ", seal_columns,
                            " FROM ledger_seals WHERE account_id = ?1 ORDER BY first_sequence DESC LIMIT 1")};
inline constexpr Statement ledger_seals_after{
    "ledger_seals_after", SQL("SELECT ", seal_columns,
                              " FROM ledger_seals WHERE account_id = ?1 AND first_sequence > ?2"
                              " ORDER BY first_sequence LIMIT ?3")};
inline constexpr Statement append_ledger_seal{
    "append_ledger_seal", SQL("INSERT INTO ledger_seals (account_id, ", seal_columns, ") VALUES (?1..?5)")};
inline constexpr Statement ledger_unsealed{
    "ledger_unsealed", SQL("SELECT h.account_id FROM ledger_heads h WHERE h.last_sequence > coalesce("
                           "(SELECT s.last_sequence FROM ledger_seals s WHERE s.account_id = h.account_id"
                           " ORDER BY s.first_sequence DESC LIMIT 1), 0) ORDER BY h.account_id")};

template <class Row>
AccountId unsealed_account_of(Row const& row) {
  return row.template get<AccountId>(0);
}

template <class Session>
class LedgerBook final : public Ledger {
 public:
  explicit LedgerBook(Session& session) : session_(session) {}

  void append(AccountId account, LedgerEntry const& entry) override { session_.append(account, entry); }

  LedgerPage newest(AccountId account, LedgerFilter const& filter, std::optional<std::int64_t> before,
                    std::int64_t limit) const override {
    return session_.newest_entries(account, filter, before, limit);
  }

  std::vector<std::int64_t> heads(std::span<AccountId const> accounts) const override {
    return session_.ledger_heads(accounts);
  }

  std::vector<LedgerEntry> following(AccountId account, std::int64_t after,
                                     std::int64_t limit) const override {
    return session_.query(ledger_following, account, after, limit).all(ledger_entry_of<Row>);
  }

  std::vector<LedgerEntry> by_entity(AccountId account, std::string_view entity_id, std::int64_t after,
                                     std::int64_t limit) const override {
    return session_.query(ledger_by_entity, account, entity_id, after, limit).all(ledger_entry_of<Row>);
  }

  std::int64_t last_sequence(AccountId account) const override { return session_.last_sequence(account); }

  std::vector<StoredRow> stored(AccountId account, std::int64_t after, std::int64_t limit) const override {
    return session_.query(ledger_following, account, after, limit).all([account](Row const& row) {
      return stored_entry_of(account, row);
    });
  }

  std::optional<Seal> last_seal(AccountId account) const override {
    session_.claim(claim_on_seals(account));
    return session_.query(last_ledger_seal, account).one(seal_of<Row>);
  }

  std::vector<Seal> seals(AccountId account, std::int64_t after_sequence, std::int64_t limit) const override {
    return session_.query(ledger_seals_after, account, after_sequence, limit).all(seal_of<Row>);
  }

  void append_seal(AccountId account, Seal const& seal) override {
    session_.claim(claim_on_seals(account));
    session_.change(append_ledger_seal, account, seal.first_sequence, seal.last_sequence, Bytes{seal.chain},
                    Bytes{seal.row_macs});
  }

  std::vector<AccountId> unsealed_accounts() const override {
    session_.settle();
    auto accounts = session_.query(ledger_unsealed).all(unsealed_account_of<Row>);
    for (auto const account : session_.accounts_with_pending_entries())
      if (std::ranges::find(accounts, account) == accounts.end()) accounts.push_back(account);
    std::ranges::sort(accounts);
    return accounts;
  }

 private:
  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books

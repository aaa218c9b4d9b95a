// Dial lists.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/dial_lists.h"
#include "store/books/session/session.h"
#include "store/encoding/dial_plan_encoding.h"
#include "store/encoding/spelled_columns.h"

namespace linebook::books {

inline constexpr std::string_view dial_list_columns =
    "id, name, purpose, plan, status, filled_up_to, filling, entries, created_at, updated_at, lease,"
    " lease_until, next_call_at, calls_placed";
inline constexpr int columns_of_dial_list = 14;

template <class Row>
DialList dial_list_of(Row const& row) {
  DialList list{.id = row.template get<DialListId>(0),
                .name = row.template get<std::string>(1),
                .purpose = row.template get<Purpose>(2),
                .lines = {},
                .phone_types = {},
                .status = row.template get<DialListStatus>(4),
                .filled_up_to = row.template get<std::optional<std::string>>(5),
                .filling = row.template get<bool>(6),
                .entries = row.template get<std::int64_t>(7),
                .created_at = row.template get<Instant>(8),
                .updated_at = row.template get<Instant>(9),
                .lease = row.template get<std::optional<std::string>>(10),
                .lease_until = row.template get<std::optional<Instant>>(11),
                .next_call_at = row.template get<Instant>(12),
                .calls_placed = row.template get<std::int64_t>(13)};
  decode_dial_plan(row.template get<std::string_view>(3), list);
  return list;
}

template <class Row>
AccountDialList account_dial_list_of(Row const& row) {
  return {row.template get<AccountId>(columns_of_dial_list), dial_list_of(row)};
}

inline constexpr Statement dial_list_by_id{
    "dial_list_by_id",
    SQL("SELECT ", dial_list_columns, " FROM dial_lists WHERE account_id = ?1 AND id = ?2{LOCK}")};
inline constexpr Statement dial_list_seen{
    "dial_list_seen",
    SQL("SELECT ", dial_list_columns, " FROM dial_lists WHERE account_id = ?1 AND id = ?2")};
inline constexpr Statement dial_lists_before{
    "dial_lists_before", SQL("SELECT ", dial_list_columns,
                             " FROM dial_lists{INDEXED BY dial_lists_by_age} WHERE account_id = ?1"
                             " AND (created_at, id) < (?2, ?3) ORDER BY created_at DESC, id DESC LIMIT ?4")};
inline constexpr Statement dial_lists_in_status{
    "dial_lists_in_status",
    SQL("SELECT ", dial_list_columns,
        " FROM dial_lists{INDEXED BY dial_lists_by_status} WHERE account_id = ?1 AND status = ?5"
        " AND (created_at, id) < (?2, ?3) ORDER BY created_at DESC, id DESC LIMIT ?4")};
inline constexpr Statement dial_lists_working{
    "dial_lists_working", SQL("SELECT ", dial_list_columns,
                              ", account_id FROM dial_lists{INDEXED BY dial_lists_at_work}"
                              " WHERE status = 'running' OR filling{= 1} ORDER BY account_id, id")};
// Beside those: where calls are still under way.
inline constexpr Statement dial_lists_calling{
    "dial_lists_calling",
    SQL("SELECT ", dial_list_columns,
        ", account_id FROM dial_lists WHERE NOT (status = 'running' OR filling) AND (account_id, id) IN"
        " (SELECT account_id, list_id FROM dial_list_entries{INDEXED BY dial_list_entries_calling}"
        "  WHERE state = 'calling') ORDER BY account_id, id")};
inline constexpr Statement insert_dial_list{
    "insert_dial_list", SQL("INSERT INTO dial_lists (account_id, ", dial_list_columns, ") VALUES (?1..?15)")};
// created_at stays: a list's place is given once.
inline constexpr Statement update_dial_list{
    "update_dial_list",
    SQL("UPDATE dial_lists SET name = ?3, purpose = ?4, plan = ?5, status = ?6, filled_up_to = ?7,"
        " filling = ?8, entries = ?9, updated_at = ?10, lease = ?11, lease_until = ?12, next_call_at = ?13,"
        " calls_placed = ?14 WHERE account_id = ?1 AND id = ?2")};

template <class Session>
class DialListsBook final : public DialLists {
 public:
  explicit DialListsBook(Session& session) : session_(session) {}

  std::optional<DialList> find(AccountId account, DialListId const& id) const override {
    session_.claim(claim_on_dial_list(account, id));
    return session_.query(dial_list_by_id, account, id).one(dial_list_of<Row>);
  }

  std::optional<DialList> look_at(AccountId account, DialListId const& id) const override {
    return session_.query(dial_list_seen, account, id).one(dial_list_of<Row>);
  }

  std::vector<DialList> list(AccountId account, DialListFilter const& filter,
                             std::optional<Keyset> const& after, std::int64_t limit) const override {
    auto const before = beginning_of_page(std::nullopt, after);
    if (!filter.status)
      return session_.query(dial_lists_before, account, before.created_at, before.id, limit)
          .all(dial_list_of<Row>);
    return session_.query(dial_lists_in_status, account, before.created_at, before.id, limit, *filter.status)
        .all(dial_list_of<Row>);
  }

  void insert(AccountId account, DialList const& l) override {
    session_.claim(claim_on_dial_list(account, l.id));
    session_.change(insert_dial_list, account, l.id, l.name, l.purpose, encode_dial_plan(l), l.status,
                    l.filled_up_to, l.filling, l.entries, l.created_at, l.updated_at, l.lease, l.lease_until,
                    l.next_call_at, l.calls_placed);
  }

  void update(AccountId account, DialList const& l) override {
    session_.claim(claim_on_dial_list(account, l.id));
    session_.change(update_dial_list, account, l.id, l.name, l.purpose, encode_dial_plan(l), l.status,
                    l.filled_up_to, l.filling, l.entries, l.updated_at, l.lease, l.lease_until,
                    l.next_call_at, l.calls_placed);
  }

  std::vector<AccountDialList> at_work() const override {
    auto lists = session_.query(dial_lists_working).all(account_dial_list_of<Row>);
    std::ranges::move(session_.query(dial_lists_calling).all(account_dial_list_of<Row>),
                      std::back_inserter(lists));
    return lists;
  }

 private:
  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books

// Filters that accounts keep under a name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/saved_lists.h"
#include "store/books/session/session.h"
#include "store/encoding/spelled_columns.h"

namespace linebook::books {

inline constexpr std::string_view saved_list_columns =
    "id, name, listed, search, person_type, phone_type, is_primary, verified, do_not_call, sort, created_at,"
    " updated_at";

template <class Row>
SavedList saved_list_of(Row const& row) {
  return {.id = row.template get<SavedListId>(0),
          .name = row.template get<std::string>(1),
          .of = row.template get<Listed>(2),
          .filter = {.search = row.template get<std::optional<std::string>>(3),
                     .person_type = row.template get<std::optional<PersonType>>(4),
                     .phone_type = row.template get<std::optional<PhoneType>>(5),
                     .primary = row.template get<std::optional<bool>>(6),
                     .verified = row.template get<std::optional<bool>>(7),
                     .do_not_call = row.template get<std::optional<bool>>(8)},
          .sort = row.template get<NumberOrder>(9),
          .created_at = row.template get<Instant>(10),
          .updated_at = row.template get<Instant>(11)};
}

inline constexpr Statement saved_list_by_id{
    "saved_list_by_id",
    SQL("SELECT ", saved_list_columns, " FROM saved_lists WHERE account_id = ?1 AND id = ?2{LOCK}")};
inline constexpr Statement saved_list_seen{
    "saved_list_seen",
    SQL("SELECT ", saved_list_columns, " FROM saved_lists WHERE account_id = ?1 AND id = ?2")};
inline constexpr Statement saved_list_named{
    "saved_list_named",
    SQL("SELECT ", saved_list_columns, " FROM saved_lists WHERE account_id = ?1 AND name = ?2")};
// Few: an account's are read whole.
inline constexpr Statement saved_lists_before{
    "saved_lists_before", SQL("SELECT ", saved_list_columns,
                              " FROM saved_lists WHERE account_id = ?1 AND (created_at, id) < (?2, ?3)"
                              " ORDER BY created_at DESC, id DESC LIMIT ?4")};
inline constexpr Statement saved_lists_total{"saved_lists_total",
                                             SQL("SELECT count(*) FROM saved_lists WHERE account_id = ?1")};
inline constexpr Statement insert_saved_list{
    "insert_saved_list",
    SQL("INSERT INTO saved_lists (account_id, ", saved_list_columns, ") VALUES (?1..?13)")};
inline constexpr Statement update_saved_list{
    "update_saved_list",
    SQL("UPDATE saved_lists SET name = ?3, search = ?4, person_type = ?5, phone_type = ?6, is_primary = ?7,"
        " verified = ?8, do_not_call = ?9, sort = ?10, updated_at = ?11 WHERE account_id = ?1 AND id = ?2")};
inline constexpr Statement remove_saved_list{
    "remove_saved_list", SQL("DELETE FROM saved_lists WHERE account_id = ?1 AND id = ?2")};

template <class Session>
class SavedListsBook final : public SavedLists {
 public:
  explicit SavedListsBook(Session& session) : session_(session) {}

  std::optional<SavedList> find(AccountId account, SavedListId const& id) const override {
    session_.claim(claim_on_saved_lists(account));
    return session_.query(saved_list_by_id, account, id).one(saved_list_of<Row>);
  }

  std::optional<SavedList> look_at(AccountId account, SavedListId const& id) const override {
    return session_.query(saved_list_seen, account, id).one(saved_list_of<Row>);
  }

  std::optional<SavedList> named(AccountId account, std::string_view name) const override {
    session_.claim(claim_on_saved_lists(account));
    return session_.query(saved_list_named, account, name).one(saved_list_of<Row>);
  }

  std::vector<SavedList> list(AccountId account, std::optional<Keyset> const& after,
                              std::int64_t limit) const override {
    auto const before = beginning_of_page(std::nullopt, after);
    return session_.query(saved_lists_before, account, before.created_at, before.id, limit)
        .all(saved_list_of<Row>);
  }

  std::int64_t count(AccountId account) const override {
    return session_.query(saved_lists_total, account).number();
  }

  void insert(AccountId account, SavedList const& l) override {
    session_.claim(claim_on_saved_lists(account));
    session_.change(insert_saved_list, account, l.id, l.name, l.of, l.filter.search, l.filter.person_type,
                    l.filter.phone_type, l.filter.primary, l.filter.verified, l.filter.do_not_call, l.sort,
                    l.created_at, l.updated_at);
  }

  void update(AccountId account, SavedList const& l) override {
    session_.claim(claim_on_saved_lists(account));
    session_.change(update_saved_list, account, l.id, l.name, l.filter.search, l.filter.person_type,
                    l.filter.phone_type, l.filter.primary, l.filter.verified, l.filter.do_not_call, l.sort,
                    l.updated_at);
  }

  void remove(AccountId account, SavedListId const& id) override {
    session_.claim(claim_on_saved_lists(account));
    session_.change(remove_saved_list, account, id);
  }

 private:
  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books

#include "store/sqlite/session.h"

namespace linebook::sqlite {
namespace {

constexpr Statement insert_account_totals{"insert_account_totals",
                                          "INSERT INTO account_totals (account_id) VALUES (?1)"};

IndexedNumber indexed(ContactNumber const& n) {
  return {.key = key_of(n.id.value),
          .digits = n.number,
          .phone_type = n.phone_type,
          .primary = n.primary,
          .verified = n.verified,
          .do_not_call = n.do_not_call,
          .person_type = n.person.type};
}

}  // namespace

void Session::number_changed(AccountId account, ContactNumber const& number) {
  effects.number_changes.push_back({account, indexed(number)});
}

void Session::number_removed(AccountId account, ContactNumberId const& id) {
  effects.number_changes.push_back({account, key_of(id.value)});
}

void Session::account_inserted(AccountId account) { Query(db_, insert_account_totals, account).run(); }

}  // namespace linebook::sqlite

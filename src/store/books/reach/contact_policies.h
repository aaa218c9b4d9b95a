// The accounts' policies of contact.
#pragma once

#include <optional>
#include <string_view>

#include "app/ports/contact_policies.h"
#include "store/books/session/session.h"
#include "store/encoding/reach_encoding.h"

namespace linebook::books {

/// `begin`: where its columns do.
template <class Row>
ContactPolicy contact_policy_at(Row const& row, int begin) {
  auto policy = decode_policy(row.template get<std::string_view>(begin + 1));
  policy.version = row.template get<std::int64_t>(begin);
  policy.updated_at = row.template get<Instant>(begin + 2);
  return policy;
}

template <class Row>
ContactPolicy contact_policy_of(Row const& row) {
  return contact_policy_at(row, 0);
}

inline constexpr Statement contact_policy{
    "contact_policy",
    SQL("SELECT version, document, updated_at FROM contact_policies WHERE account_id = ?1{LOCK}")};
inline constexpr Statement save_contact_policy{
    "save_contact_policy",
    SQL("INSERT INTO contact_policies (account_id, version, document, updated_at) VALUES (?1..?4)"
        " ON CONFLICT (account_id) DO UPDATE SET version = excluded.version, document = excluded.document,"
        " updated_at = excluded.updated_at")};

template <class Session>
class ContactPoliciesBook final : public ContactPolicies {
 public:
  explicit ContactPoliciesBook(Session& session) : session_(session) {}

  std::optional<ContactPolicy> find(AccountId account) const override {
    session_.claim(claim_on_contact_policy(account));
    return session_.query(contact_policy, account).one(contact_policy_of<Row>);
  }

  void save(AccountId account, ContactPolicy const& p) override {
    session_.claim(claim_on_contact_policy(account));
    session_.change(save_contact_policy, account, p.version, encode_policy(p), p.updated_at);
  }

 private:
  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books

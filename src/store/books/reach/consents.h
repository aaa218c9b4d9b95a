// Consents.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/ports/consents.h"
#include "store/books/session/session.h"
#include "store/encoding/spelled_columns.h"

namespace linebook::books {

inline constexpr std::string_view consent_columns =
    "id, phone_id, channel, purpose, status, basis, at, expires_at, evidence, created_at";

template <class Row>
Consent consent_of(Row const& row) {
  return {.id = row.template get<ConsentId>(0),
          .phone = row.template get<ContactNumberId>(1),
          .channel = row.template get<Channel>(2),
          .purpose = row.template get<Purpose>(3),
          .status = row.template get<ConsentStatus>(4),
          .basis = row.template get<ConsentBasis>(5),
          .at = row.template get<Instant>(6),
          .expires_at = row.template get<std::optional<Instant>>(7),
          .evidence = row.template get<std::optional<std::string>>(8),
          .created_at = row.template get<Instant>(9)};
}

inline constexpr Statement consent_by_id{
    "consent_by_id", SQL("SELECT ", consent_columns, " FROM consents WHERE account_id = ?1 AND id = ?2")};
inline constexpr Statement consents_newest{
    "consents_newest", SQL("SELECT ", consent_columns, " FROM consents WHERE account_id = ?1",
                           " ORDER BY id DESC LIMIT ?2 OFFSET ?3")};
inline constexpr Statement consents_total{"consents_total",
                                          SQL("SELECT count(*) FROM consents WHERE account_id = ?1")};
inline constexpr Statement consents_of_phone{
    "consents_of_phone", SQL("SELECT ", consent_columns,
                             " FROM consents{INDEXED BY consents_by_phone} WHERE account_id = ?1"
                             " AND phone_id = ?4 ORDER BY id DESC LIMIT ?2 OFFSET ?3")};
inline constexpr Statement consents_of_phone_total{
    "consents_of_phone_total", SQL("SELECT count(*) FROM consents{INDEXED BY consents_by_phone}"
                                   " WHERE account_id = ?1 AND phone_id = ?2")};
inline constexpr Statement consent_latest{
    "consent_latest", SQL("SELECT ", consent_columns,
                          " FROM consents{INDEXED BY consents_by_phone} WHERE account_id = ?1"
                          " AND phone_id = ?2 AND channel = ?3 AND purpose = ?4"
                          " ORDER BY at DESC, id DESC LIMIT 1")};
inline constexpr Statement insert_consent{
    "insert_consent", SQL("INSERT INTO consents (account_id, ", consent_columns, ") VALUES (?1..?11)")};

template <class Session>
class ConsentsBook final : public Consents {
 public:
  explicit ConsentsBook(Session& session) : session_(session) {}

  std::optional<Consent> find(AccountId account, ConsentId const& id) const override {
    return session_.query(consent_by_id, account, id).one(consent_of<Row>);
  }

  CountedPage<Consent> list(AccountId account, std::optional<ContactNumberId> const& phone,
                            std::int64_t limit, std::int64_t offset) const override {
    if (!phone)
      return {session_.query(consents_newest, account, limit, offset).all(consent_of<Row>),
              session_.query(consents_total, account).number()};
    return {session_.query(consents_of_phone, account, limit, offset, *phone).all(consent_of<Row>),
            session_.query(consents_of_phone_total, account, *phone).number()};
  }

  std::optional<Consent> latest(AccountId account, ContactNumberId const& phone, Channel channel,
                                Purpose purpose) const override {
    return session_.query(consent_latest, account, phone, channel, purpose).one(consent_of<Row>);
  }

  void insert(AccountId account, Consent const& c) override {
    session_.change(insert_consent, account, c.id, c.phone, c.channel, c.purpose, c.status, c.basis, c.at,
                    c.expires_at, c.evidence, c.created_at);
  }

 private:
  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books

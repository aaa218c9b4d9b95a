// FHIR servers that accounts are kept in step with.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/fhir_sources.h"
#include "store/books/session/session.h"
#include "store/encoding/fhir_sync_encoding.h"
#include "store/encoding/spelled_columns.h"
#include "store/encoding/table_values.h"

namespace linebook::books {

inline constexpr std::string_view fhir_source_columns =
    "id, name, url, token_sealed, prefer, every_seconds, created_at, updated_at, due_at, lease, lease_until,"
    " progress";
inline constexpr int columns_of_fhir_source = 12;

template <class Row>
FhirSource fhir_source_of(Row const& row) {
  auto const every = row.template get<std::optional<std::int64_t>>(5);
  return {.id = row.template get<FhirSourceId>(0),
          .name = row.template get<std::string>(1),
          .url = row.template get<std::string>(2),
          .token_sealed = row.template get<std::string>(3),
          .prefer = row.template get<Side>(4),
          .every = every ? std::optional(std::chrono::seconds(*every)) : std::nullopt,
          .created_at = row.template get<Instant>(6),
          .updated_at = row.template get<Instant>(7),
          .due_at = row.template get<std::optional<Instant>>(8),
          .lease = row.template get<std::optional<std::string>>(9),
          .lease_until = row.template get<std::optional<Instant>>(10),
          .progress = decode_fhir_progress(row.template get<std::string_view>(11))};
}

template <class Row>
AccountFhirSource account_fhir_source_of(Row const& row) {
  return {row.template get<AccountId>(columns_of_fhir_source), fhir_source_of(row)};
}

inline std::optional<std::int64_t> seconds_of(std::optional<std::chrono::seconds> const& every) {
  return every ? std::optional<std::int64_t>(every->count()) : std::nullopt;
}

inline constexpr Statement fhir_source_by_id{
    "fhir_source_by_id",
    SQL("SELECT ", fhir_source_columns, " FROM fhir_sources WHERE account_id = ?1 AND id = ?2{LOCK}")};
inline constexpr Statement fhir_source_seen{
    "fhir_source_seen",
    SQL("SELECT ", fhir_source_columns, " FROM fhir_sources WHERE account_id = ?1 AND id = ?2")};
inline constexpr Statement fhir_source_named{
    "fhir_source_named",
    SQL("SELECT ", fhir_source_columns, " FROM fhir_sources WHERE account_id = ?1 AND name = ?2")};
// Few: an account's are read whole.
inline constexpr Statement fhir_sources_before{
    "fhir_sources_before", SQL("SELECT ", fhir_source_columns,
                               " FROM fhir_sources WHERE account_id = ?1 AND (created_at, id) < (?2, ?3)"
                               " ORDER BY created_at DESC, id DESC LIMIT ?4")};
inline constexpr Statement fhir_sources_due{
    "fhir_sources_due",
    SQL("SELECT ", fhir_source_columns,
        ", account_id FROM fhir_sources s{INDEXED BY fhir_sources_by_turn} WHERE due_at <= ?1"
        " AND (lease_until IS NULL OR lease_until <= ?1)"
        " AND (SELECT a.status FROM accounts a WHERE a.id = s.account_id) = 'active'"
        " ORDER BY due_at, account_id, id LIMIT ?2")};
inline constexpr Statement insert_fhir_source{
    "insert_fhir_source",
    SQL("INSERT INTO fhir_sources (account_id, ", fhir_source_columns, ") VALUES (?1..?13)")};
inline constexpr Statement update_fhir_source{
    "update_fhir_source",
    SQL("UPDATE fhir_sources SET name = ?3, url = ?4, token_sealed = ?5, prefer = ?6, every_seconds = ?7,"
        " updated_at = ?8, due_at = ?9, lease = ?10, lease_until = ?11, progress = ?12"
        " WHERE account_id = ?1 AND id = ?2")};
inline constexpr Statement end_fhir_leases{
    "end_fhir_leases",
    SQL("UPDATE fhir_sources SET lease = NULL, lease_until = NULL WHERE lease IS NOT NULL")};
inline constexpr Statement remove_fhir_source{
    "remove_fhir_source", SQL("DELETE FROM fhir_sources WHERE account_id = ?1 AND id = ?2")};
inline constexpr Statement remove_fhir_links_of_source{
    "remove_fhir_links_of_source", SQL("DELETE FROM fhir_links WHERE account_id = ?1 AND source_id = ?2")};

template <class Session>
class FhirSourcesBook final : public FhirSources {
 public:
  explicit FhirSourcesBook(Session& session) : session_(session) {}

  std::optional<FhirSource> find(AccountId account, FhirSourceId const& id) const override {
    session_.claim(claim_on_fhir_sources(account));
    return session_.query(fhir_source_by_id, account, id).one(fhir_source_of<Row>);
  }

  std::optional<FhirSource> look_at(AccountId account, FhirSourceId const& id) const override {
    return session_.query(fhir_source_seen, account, id).one(fhir_source_of<Row>);
  }

  std::optional<FhirSource> named(AccountId account, std::string_view name) const override {
    session_.claim(claim_on_fhir_sources(account));
    return session_.query(fhir_source_named, account, name).one(fhir_source_of<Row>);
  }

  std::vector<FhirSource> list(AccountId account, std::optional<Keyset> const& after,
                               std::int64_t limit) const override {
    auto const before = beginning_of_page(std::nullopt, after);
    return session_.query(fhir_sources_before, account, before.created_at, before.id, limit)
        .all(fhir_source_of<Row>);
  }

  void insert(AccountId account, FhirSource const& s) override {
    session_.claim(claim_on_fhir_sources(account));
    session_.change(insert_fhir_source, account, s.id, s.name, s.url, Bytes{s.token_sealed}, s.prefer,
                    seconds_of(s.every), s.created_at, s.updated_at, s.due_at, s.lease, s.lease_until,
                    encode_fhir_progress(s.progress));
  }

  void update(AccountId account, FhirSource const& s) override {
    session_.claim(claim_on_fhir_sources(account));
    session_.change(update_fhir_source, account, s.id, s.name, s.url, Bytes{s.token_sealed}, s.prefer,
                    seconds_of(s.every), s.updated_at, s.due_at, s.lease, s.lease_until,
                    encode_fhir_progress(s.progress));
  }

  void remove(AccountId account, FhirSourceId const& id) override {
    session_.claim(claim_on_fhir_sources(account));
    session_.change(remove_fhir_links_of_source, account, id);
    session_.change(remove_fhir_source, account, id);
  }

  std::vector<AccountFhirSource> due(Instant now, std::int64_t limit) const override {
    return session_.query(fhir_sources_due, now, limit).all(account_fhir_source_of<Row>);
  }

  void end_leases() override { session_.change(end_fhir_leases); }

 private:
  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books

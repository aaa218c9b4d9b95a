// People whom a FHIR server has too. Whoever changes a link holds its source.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/fhir_sources.h"
#include "store/books/session/session.h"
#include "store/encoding/fhir_sync_encoding.h"
#include "store/encoding/spelled_columns.h"

namespace linebook::books {

inline constexpr std::string_view fhir_link_columns =
    "person_type, person_id, version, base, synced_at, push_due";

template <class Row>
FhirLink fhir_link_of(Row const& row) {
  FhirLink link{.person = {row.template get<PersonType>(0), row.template get<PersonId>(1)},
                .version = row.template get<std::string>(2),
                .base = {},
                .said = {},
                .synced_at = row.template get<Instant>(4),
                .push_due = row.template get<bool>(5)};
  decode_fhir_base(row.template get<std::string_view>(3), link);
  return link;
}

inline constexpr Statement fhir_link_of_person{"fhir_link_of_person",
                                               SQL("SELECT ", fhir_link_columns,
                                                   " FROM fhir_links WHERE account_id = ?1 AND source_id = ?2"
                                                   " AND person_type = ?3 AND person_id = ?4")};
inline constexpr Statement fhir_links_due{
    "fhir_links_due",
    SQL("SELECT ", fhir_link_columns,
        " FROM fhir_links{INDEXED BY fhir_links_to_push} WHERE account_id = ?1 AND source_id = ?2"
        " AND push_due{= 1} AND (person_type, person_id) > (?3, ?4)"
        " ORDER BY person_type, person_id LIMIT ?5")};
inline constexpr Statement fhir_links_count{
    "fhir_links_count", SQL("SELECT count(*) FROM fhir_links WHERE account_id = ?1 AND source_id = ?2")};
inline constexpr Statement save_fhir_link{
    "save_fhir_link",
    SQL("INSERT INTO fhir_links (account_id, source_id, ", fhir_link_columns,
        ") VALUES (?1..?8) ON CONFLICT (account_id, source_id, person_type, person_id)"
        " DO UPDATE SET version = excluded.version, base = excluded.base, synced_at = excluded.synced_at,"
        " push_due = excluded.push_due")};
inline constexpr Statement remove_fhir_link{
    "remove_fhir_link", SQL("DELETE FROM fhir_links WHERE account_id = ?1 AND source_id = ?2"
                            " AND person_type = ?3 AND person_id = ?4")};
inline constexpr Statement mark_fhir_link{
    "mark_fhir_link", SQL("UPDATE fhir_links SET push_due = ?5 WHERE account_id = ?1 AND source_id = ?2"
                          " AND person_type = ?3 AND person_id = ?4")};

template <class Session>
class FhirLinksBook final : public FhirLinks {
 public:
  explicit FhirLinksBook(Session& session) : session_(session) {}

  std::optional<FhirLink> find(AccountId account, FhirSourceId const& source,
                               PersonRef const& person) const override {
    return session_.query(fhir_link_of_person, account, source, person.type, person.id)
        .one(fhir_link_of<Row>);
  }

  void save(AccountId account, FhirSourceId const& source, FhirLink const& l) override {
    session_.change(save_fhir_link, account, source, l.person.type, l.person.id, l.version,
                    encode_fhir_base(l), l.synced_at, l.push_due);
  }

  void remove(AccountId account, FhirSourceId const& source, PersonRef const& person) override {
    session_.change(remove_fhir_link, account, source, person.type, person.id);
  }

  void mark(AccountId account, FhirSourceId const& source, PersonRef const& person) override {
    session_.change(mark_fhir_link, account, source, person.type, person.id, true);
  }

  std::vector<FhirLink> due(AccountId account, FhirSourceId const& source,
                            std::optional<PersonRef> const& after, std::int64_t limit) const override {
    auto const from = after.value_or(PersonRef{PersonType::doctor, {""}});  // "doctor" < "patient"
    return session_.query(fhir_links_due, account, source, from.type, from.id, limit).all(fhir_link_of<Row>);
  }

  std::int64_t count(AccountId account, FhirSourceId const& source) const override {
    return session_.query(fhir_links_count, account, source).number();
  }

 private:
  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books

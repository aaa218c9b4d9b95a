// A ledger entry and a seal out of their rows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/ports/ledger.h"
#include "store/encoding/ledger_encoding.h"
#include "store/encoding/spelled_columns.h"

namespace linebook::books {

inline constexpr std::string_view entry_columns =
    "sequence, at, actor, request_id, entity, entity_id, action, changes";
inline constexpr std::string_view seal_columns = "first_sequence, last_sequence, chain, entry_macs";

/// A page of a filtered walk looks at no more entries than this (some 20 ms).
inline constexpr std::int64_t entries_examined_per_page = 20'000;

template <class Row>
LedgerEntry ledger_entry_of(Row const& row) {
  return {.sequence = row.template get<std::int64_t>(0),
          .at = row.template get<Instant>(1),
          .actor = row.template get<std::string>(2),
          .request_id = row.template get<std::string>(3),
          .entity = row.template get<Entity>(4),
          .entity_id = row.template get<std::string>(5),
          .action = row.template get<Action>(6),
          .changes = decode_changes(row.template get<std::string_view>(7))};
}

/// Does the entry in this row fit all of the filter but its times?
template <class Row>
bool fits_but_for_time(Row const& row, LedgerFilter const& filter) {
  auto const is = [&row](int column, std::string_view wanted) {
    return row.template get<std::string_view>(column) == wanted;
  };
  return (!filter.entity || is(4, to_string(*filter.entity))) &&
         (!filter.entity_id || is(5, *filter.entity_id)) &&
         (!filter.action || is(6, to_string(*filter.action))) && (!filter.actor || is(2, *filter.actor));
}

template <class Row>
StoredRow stored_entry_of(AccountId account, Row const& row) {
  EntryColumns const columns{.account = account,
                             .sequence = row.template get<std::int64_t>(0),
                             .at_milliseconds = row.template get<std::int64_t>(1),
                             .actor = row.template get<std::string_view>(2),
                             .request_id = row.template get<std::string_view>(3),
                             .entity = row.template get<std::string_view>(4),
                             .entity_id = row.template get<std::string_view>(5),
                             .action = row.template get<std::string_view>(6),
                             .changes = row.template get<std::string_view>(7)};
  return {columns.sequence, canonical_entry(columns)};
}

template <class Row>
Seal seal_of(Row const& row) {
  return {.first_sequence = row.template get<std::int64_t>(0),
          .last_sequence = row.template get<std::int64_t>(1),
          .chain = row.template get<std::string>(2),
          .row_macs = row.template get<std::string>(3)};
}

}  // namespace linebook::books

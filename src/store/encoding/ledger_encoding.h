// How a ledger entry lies in a database, the same in every store, so that a seal made over one store's bytes
// holds over another's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "domain/ledger/ledger_entry.h"

namespace linebook {

/// {"phone_type":{"was":"cell","is":"home"},"auth_token":{"changed":true}}, fields in the order given.
std::string encode_changes(std::vector<FieldChange> const&);

/// Throws std::runtime_error for anything that encode_changes did not make.
std::vector<FieldChange> decode_changes(std::string_view json);

/// An entry's columns as stored, for canonical_entry.
struct EntryColumns {
  AccountId account;
  std::int64_t sequence;
  std::int64_t at_milliseconds;
  std::string_view actor;
  std::string_view request_id;
  std::string_view entity;
  std::string_view entity_id;
  std::string_view action;
  std::string_view changes;
};

/// Every column behind its length (four bytes, big-endian), numbers in decimal: no two entries share these
/// bytes.
std::string canonical_entry(EntryColumns const&);

}  // namespace linebook

// How ledger entries are told: in the audit trail and in a thing's history alike.
#pragma once

#include "app/ports/ledger.h"
#include "http/codec/json_writer.h"

namespace linebook::http {

/// {field:{"was","is"}}; of a secret {"changed":true}.
void write_changes(JsonWriter&, std::vector<FieldChange> const&);
void write_ledger_entry(JsonWriter&, LedgerEntry const&);

}  // namespace linebook::http

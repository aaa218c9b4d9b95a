// The columns of a contact spreadsheet, and how a row of it is understood.
#pragma once

#include <span>
#include <string_view>

#include "app/contacts/import_contact.h"
#include "cli/csv_table.h"

namespace linebook {

/// number, phone_type
std::span<std::string_view const> required_contact_columns();
/// patient_id, doctor_id, first_name, …; among them the columns that an export adds and an import passes
/// over.
std::span<std::string_view const> optional_contact_columns();

/// The table's current row, or every fault of it in one message. Messy numbers are welcome: "+1 (585)
/// 298-4455".
Result<ContactRow> read_contact_row(CsvTable const&);

}  // namespace linebook

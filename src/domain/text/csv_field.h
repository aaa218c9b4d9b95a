// Texts as fields of comma-separated values (RFC 4180), for spreadsheets too.
#pragma once

#include <string>
#include <string_view>

namespace linebook {

/// `text` as one CSV field: quoted where it must be.
void append_csv_field(std::string& out, std::string_view text);

/// The same, but a spreadsheet that opens it takes it for text, never for a formula: an apostrophe goes
/// before a leading = + - @ tab or CR, also where apostrophes stand there already, so that without_guard()
/// gives every text back exactly.
void append_guarded_csv_field(std::string& out, std::string_view text);
/// A field's text without the apostrophe that append_guarded_csv_field, or a spreadsheet, put before it.
std::string_view without_guard(std::string_view field);

}  // namespace linebook

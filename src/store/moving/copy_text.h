// PostgreSQL's text format of COPY, as the server itself writes it: so rows can be compared as lines.
// (PostgreSQL 15, "COPY", File Formats, Text Format)
#pragma once

#include <string>
#include <string_view>

namespace linebook::moving {

/// What stands between the fields of a row, and where there is no value.
inline constexpr char copy_delimiter = '\t';
inline constexpr std::string_view copy_null = "\\N";

void append_copy_text(std::string& line, std::string_view text);
void append_copy_bytes(std::string& line, std::string_view bytes);

}  // namespace linebook::moving

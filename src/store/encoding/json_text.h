// Texts as JSON strings, written straight into a document: no tree in between.
#pragma once

#include <string>
#include <string_view>

namespace linebook {

/// In quotes, with escapes where JSON asks for them.
void append_json_text(std::string& out, std::string_view text);

}  // namespace linebook

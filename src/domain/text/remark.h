// What somebody wrote about something: a note, a reason, evidence.
#pragma once

#include <cstddef>
#include <string_view>

namespace linebook {

/// UTF-8 of at most `most` characters; line breaks and tabs are the only control characters.
bool is_remark(std::string_view, std::size_t most);

}  // namespace linebook

// Where a person lives, as far as calling hours ask: a state of the United States, its capital's district and
// its territories, or a province or territory of Canada.
#pragma once

#include <optional>
#include <string_view>

namespace linebook {

/// "TX", whether written so, "tx" or "Texas", with white space around it. The codes are those of the postal
/// services (USPS Publication 28, appendix B; Canada Post, Addressing Guidelines).
std::optional<std::string_view> read_state(std::string_view);

}  // namespace linebook

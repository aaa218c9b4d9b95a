// How what is told of calls and texts is kept, as it came.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "app/context.h"
#include "app/ports/store.h"

namespace linebook {

inline constexpr std::string_view told_by_carrier = "carrier";
inline constexpr std::string_view told_by_us = "linebook";
/// Of one call or text, so many are shown.
inline constexpr std::int64_t max_notices_shown = 200;

void keep_notice(Transaction&, Context const&, std::string_view subject, std::string_view status,
                 std::string_view told_by, std::optional<int> error_code = {},
                 std::optional<std::int64_t> sequence = {});

}  // namespace linebook

#include "domain/text/timezone.h"

#include <algorithm>
#include <array>

namespace linebook {
namespace {

#include "domain/text/timezone_names.inc"

static_assert(std::ranges::is_sorted(timezone_names));

}  // namespace

bool is_timezone(std::string_view name) { return std::ranges::binary_search(timezone_names, name); }

std::span<std::string_view const> all_timezones() { return timezone_names; }

}  // namespace linebook

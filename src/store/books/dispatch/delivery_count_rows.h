// How calls or texts came out, counted by the database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/dispatch/delivery_count.h"

namespace linebook::books {

/// Behind a selection of status, error code, how many and when last.
inline constexpr std::string_view by_outcome =
    " GROUP BY status, error_code ORDER BY status, coalesce(error_code, -1)";

template <class Row>
DeliveryCount delivery_count_of(Row const& row) {
  return {.status = row.template get<std::string>(0),
          .error_code = row.template get<std::optional<int>>(1),
          .count = row.template get<std::int64_t>(2),
          .last_at = row.template get<Instant>(3)};
}

}  // namespace linebook::books

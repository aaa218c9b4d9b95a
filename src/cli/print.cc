#include "cli/print.h"

#include <boost/json/serialize.hpp>

namespace linebook {

std::string json_line(boost::json::value const& value) { return boost::json::serialize(value) + "\n"; }

boost::json::value json_time(std::optional<Instant> const& at) {
  if (!at) return nullptr;
  return boost::json::value(to_rfc3339(*at));
}

std::string time_or_dash(std::optional<Instant> const& at) { return at ? to_rfc3339(*at) : "-"; }

std::string grouped(std::uint64_t n) {
  auto text = std::to_string(n);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
    text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

std::string counted(std::uint64_t n, std::string_view one, std::string_view many) {
  return grouped(n) + " " + std::string(n == 1 ? one : many);
}

}  // namespace linebook

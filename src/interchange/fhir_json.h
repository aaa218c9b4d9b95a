// The JSON of FHIR resources, read as what it is expected to be: whatever else stands there is as good as
// nothing.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace linebook::fhir_json {

inline constexpr std::size_t max_depth = 64;

/// Nothing for what is no JSON object, or nested deeper than that.
std::optional<boost::json::value> parse_object(std::string_view text);

/// Empty where there is no such text.
std::string_view text_in(boost::json::object const&, std::string_view name);
boost::json::object const* object_in(boost::json::object const&, std::string_view name);
/// The objects of a list; empty where there is no list.
std::vector<boost::json::object const*> list_in(boost::json::object const&, std::string_view name);
std::optional<bool> flag_in(boost::json::object const&, std::string_view name);

}  // namespace linebook::fhir_json

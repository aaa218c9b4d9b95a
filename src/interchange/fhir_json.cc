#include "interchange/fhir_json.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

namespace linebook::fhir_json {
namespace {

boost::json::value const* member(boost::json::object const& object, std::string_view name) {
  return object.if_contains({name.data(), name.size()});
}

}  // namespace

std::optional<boost::json::value> parse_object(std::string_view text) {
  boost::system::error_code error;
  boost::json::parse_options options;
  options.max_depth = max_depth;
  auto value = boost::json::parse({text.data(), text.size()}, error, {}, options);
  if (error || !value.is_object()) return std::nullopt;
  return value;
}

std::string_view text_in(boost::json::object const& object, std::string_view name) {
  auto const* value = member(object, name);
  auto const* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

boost::json::object const* object_in(boost::json::object const& object, std::string_view name) {
  auto const* value = member(object, name);
  return value == nullptr ? nullptr : value->if_object();
}

std::vector<boost::json::object const*> list_in(boost::json::object const& object, std::string_view name) {
  std::vector<boost::json::object const*> items;
  auto const* value = member(object, name);
  auto const* array = value == nullptr ? nullptr : value->if_array();
  if (array == nullptr) return items;
  for (auto const& item : *array)
    if (auto const* found = item.if_object()) items.push_back(found);
  return items;
}

std::optional<bool> flag_in(boost::json::object const& object, std::string_view name) {
  auto const* value = member(object, name);
  auto const* flag = value == nullptr ? nullptr : value->if_bool();
  return flag == nullptr ? std::nullopt : std::optional(*flag);
}

}  // namespace linebook::fhir_json

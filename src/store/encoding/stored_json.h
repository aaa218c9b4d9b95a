// Reading documents that a column holds. What no version of Linebook writes throws std::runtime_error.
#pragma once

#include <boost/json.hpp>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/instant.h"

namespace linebook {

inline std::string_view stored_text(boost::json::value const& value) {
  auto const& string = value.as_string();
  return {string.data(), string.size()};
}

template <class Kind>
std::optional<Id<Kind>> stored_id(boost::json::value const& value) {
  if (value.is_null()) return std::nullopt;
  return Id<Kind>{std::string(stored_text(value))};
}

inline std::optional<Instant> stored_instant(boost::json::value const& value) {
  if (value.is_null()) return std::nullopt;
  return Instant{value.as_int64()};
}

template <class T>
T known(std::optional<T> value, char const* what) {
  if (!value) throw std::runtime_error(what);
  return *value;
}

/// `what` is said of a document that `read` cannot take. (What boost::json throws for a value of another type
/// is a logic_error too broad to tell.)
template <class Read>
auto read_stored_json(std::string_view document, char const* what, Read read) {
  try {
    return read(boost::json::parse(boost::json::string_view(document.data(), document.size())));
  } catch (std::exception const&) {
    throw std::runtime_error(what);
  }
}

}  // namespace linebook

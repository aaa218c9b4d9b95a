#include <boost/beast/core/string.hpp>

#include "http/transport/exchange.h"

namespace linebook::http {

std::optional<std::string_view> Request::header(std::string_view name) const {
  for (auto const& [candidate, value] : headers) {
    if (candidate.size() == name.size() && boost::beast::iequals(candidate, name)) return value;
  }
  return {};
}

}  // namespace linebook::http

// Strong entity tags over an answer as rendered. (RFC 9110, sections 8.8.3 and 13.1)
#pragma once

#include <string>
#include <string_view>

namespace linebook::http {

/// "\"<32 hex digits>\""
std::string entity_tag(std::string_view body);

/// Does an If-Match or If-None-Match list name this tag? `*` names every one. Weak tags match nothing here.
bool names_tag(std::string_view list, std::string_view tag);

}  // namespace linebook::http

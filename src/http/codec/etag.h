// Strong entity tags over an answer as rendered. (RFC 9110, sections 8.8.3 and 13.1)
#pragma once

#include <string>
#include <string_view>

namespace linebook::http {

/// "\"<32 hex digits>\""
std::string entity_tag(std::string_view body);

/// If-Match compares strongly: a weak tag names nothing. If-None-Match compares weakly, since a proxy that
/// recodes an answer on its way makes its tag weak.
enum class TagComparison { strong, weak };

/// Does an If-Match or If-None-Match list name this tag? `*` names every one.
bool names_tag(std::string_view list, std::string_view tag, TagComparison);

}  // namespace linebook::http

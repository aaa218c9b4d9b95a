// Which of several representations a client would rather have. (RFC 9110, sections 12.4.2 and 12.5.1)
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

namespace linebook::http {

/// Of `offered` media types, the one that `accept` weighs most; the earlier of equals, and the first without
/// the header. Nothing where it names none of them.
std::optional<std::string_view> preferred_type(std::optional<std::string_view> accept,
                                               std::initializer_list<std::string_view> offered);

}  // namespace linebook::http

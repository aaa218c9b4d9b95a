// Which coding of a body a client takes. (RFC 9110, section 12.5.3)
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace linebook::http {

enum class ContentCoding : std::uint8_t { identity, gzip, brotli };

std::string_view to_string(ContentCoding);  // "identity", "gzip", "br"

/// The first of `offered`, the best one first, that an Accept-Encoding allows; identity where none is, and
/// where the header is absent. What a client likes best among those that it takes is not asked: the smallest
/// is.
ContentCoding accepted_coding(std::optional<std::string_view> accept_encoding,
                              std::initializer_list<ContentCoding> offered);

}  // namespace linebook::http

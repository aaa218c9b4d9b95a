// The host and port inside SIP URIs and URLs.
#pragma once

#include <cstddef>
#include <string_view>

namespace linebook {

/// A host name (RFC 1123: labels of letters, digits and dashes, 253 characters at most; international names
/// in their "xn--" form), an IPv4 address, or an IPv6 address in brackets; then, if any, ":" and a port from
/// 1 to 65535. Only the spelling is judged: nothing is resolved, and private addresses are not told apart.
bool is_host_and_port(std::string_view);

/// "%" and two hexadecimal digits at `at`, that stand for no control character: those would end a line of
/// the protocol that the text is put into.
bool is_harmless_escape(std::string_view text, std::size_t at);

}  // namespace linebook

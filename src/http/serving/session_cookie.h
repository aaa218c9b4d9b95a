// The cookie that stands for a session, and what protects whoever has one from other sites' pages.
// (RFC 6265bis; https://www.w3.org/TR/fetch-metadata/; spec: POST /session)
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "app/ports/secrets.h"
#include "base/result.h"
#include "http/transport/exchange.h"

namespace linebook::http {

/// Plain HTTP to this machine itself: the only place where the cookie goes without Secure, and there not for
/// a browser that says it speaks HTTPS.
bool is_plain_loopback(Request const&);

/// The token of the request's session cookie; empty where there is none, or several.
std::string_view session_token(Request const&);

/// "Set-Cookie: …\r\n". The token lasts for `lifetime`; none at all: the cookie is taken away.
std::string set_session_cookie(Request const&, std::string_view token, std::chrono::seconds lifetime);
std::string clear_session_cookie(Request const&);

/// What a page of ours has to send along with every write (X-CSRF-Token).
std::string csrf_token_of(Secrets const&, std::string_view session_token);

/// forbidden where the browser says that a page of another site made the request.
Result<void> check_site(Request const&);

/// For writes on behalf of whoever has the cookie: check_site, which their reads need too, and the token that
/// pages of others do not know.
Result<void> check_csrf(Request const&, Secrets const&, std::string_view session_token);

}  // namespace linebook::http

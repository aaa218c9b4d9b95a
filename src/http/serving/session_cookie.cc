#include "http/serving/session_cookie.h"

#include <sodium.h>

#include <array>
#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/string.hpp>

namespace linebook::http {
namespace {

// Browsers take a cookie with this prefix only with Secure, from the host itself: no neighbour can slip one
// in.
constexpr std::string_view secure_cookie = "__Host-linebook_session";
constexpr std::string_view loopback_cookie = "linebook_session";

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

/// "127.0.0.1:8080" → "127.0.0.1", "[::1]:8080" → "::1".
std::string_view host_without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

bool names_loopback(std::string_view host) {
  auto const name = host_without_port(host);
  if (boost::beast::iequals(name, "localhost")) return true;
  boost::system::error_code no_address;
  auto const address = boost::asio::ip::make_address(std::string(name), no_address);
  return !no_address && address.is_loopback();
}

bool is_of_https(std::string_view origin) {
  constexpr std::string_view scheme = "https://";
  return boost::beast::iequals(origin.substr(0, scheme.size()), scheme);
}

/// Behind a proxy that is not told of (no --trusted-proxy, and its own name for us in Host) the browser alone
/// knows that it speaks HTTPS. It says so with whatever changes something.
bool may_go_unsecured(Request const& request) {
  return is_plain_loopback(request) && !is_of_https(request.header("Origin").value_or(""));
}

/// The value of the one cookie with this name; empty where there is none, or several.
std::string_view cookie_of(Request const& request, std::string_view wanted) {
  std::string_view found;
  for (auto const& [name, value] : request.headers) {
    if (!boost::beast::iequals(name, "Cookie")) continue;
    for (std::string_view rest = value; !rest.empty();) {
      auto const end = rest.find(';');
      auto const pair = trimmed(rest.substr(0, end));
      rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
      auto const equals = pair.find('=');
      if (equals == pair.npos || pair.substr(0, equals) != wanted) continue;
      if (!found.empty()) return {};  // one of them is somebody else's
      found = pair.substr(equals + 1);
    }
  }
  return found;
}

/// "https://linebook.example.org" → "linebook.example.org"; with the port, where it is not the scheme's own.
std::string_view origin_host(std::string_view origin) {
  auto const scheme = origin.find("://");
  return scheme == origin.npos ? std::string_view() : origin.substr(scheme + 3);
}

/// A page that came over plain HTTP may be anybody's between here and there.
bool is_our_page(Request const& request, std::string_view origin) {
  auto const host = request.header("Host").value_or("");
  return !host.empty() && boost::beast::iequals(origin_host(origin), host) &&
         (!request.over_tls || is_of_https(origin));
}

Error another_site() {
  return {ErrorCode::forbidden, "a page of another site made this request: open the console itself", {}};
}

}  // namespace

bool is_plain_loopback(Request const& request) {
  return !request.over_tls && request.client.is_loopback() &&
         names_loopback(request.header("Host").value_or(""));
}

std::string_view session_token(Request const& request) {
  auto const token = cookie_of(request, secure_cookie);
  return token.empty() && is_plain_loopback(request) ? cookie_of(request, loopback_cookie) : token;
}

std::string set_session_cookie(Request const& request, std::string_view token,
                               std::chrono::seconds lifetime) {
  bool const is_secure = !may_go_unsecured(request);
  std::string line("Set-Cookie: ");
  line.append(is_secure ? secure_cookie : loopback_cookie)
      .append("=")
      .append(token)
      .append("; Path=/; Max-Age=");
  line.append(std::to_string(lifetime.count())).append("; HttpOnly; SameSite=Strict");
  if (is_secure) line.append("; Secure");
  return line.append("\r\n");
}

std::string clear_session_cookie(Request const& request) {
  return set_session_cookie(request, "", std::chrono::seconds(0));
}

std::string csrf_token_of(Secrets const& secrets, std::string_view session_token) {
  auto const mac = secrets.mac(MacPurpose::csrf_token, session_token);
  constexpr auto variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::array<char, sodium_base64_ENCODED_LEN(std::tuple_size_v<Mac>, variant)> text;
  return sodium_bin2base64(text.data(), text.size(), mac.data(), mac.size(), variant);
}

Result<void> check_site(Request const& request) {
  // Pages cannot forge either header. Behind a proxy only the browser knows under which name it was reached,
  // so that its own word goes first.
  if (auto const site = request.header("Sec-Fetch-Site")) {
    if (*site == "same-origin" || *site == "none") return {};
    return fail(another_site());
  }
  auto const origin = request.header("Origin");
  if (!origin) return {};
  if (is_our_page(request, *origin)) return {};
  return fail(another_site());
}

Result<void> check_csrf(Request const& request, Secrets const& secrets, std::string_view session_token) {
  if (auto ok = check_site(request); !ok) return ok;
  auto const wanted = csrf_token_of(secrets, session_token);
  auto const sent = request.header("X-CSRF-Token").value_or("");
  if (sent.size() == wanted.size() && sodium_memcmp(sent.data(), wanted.data(), wanted.size()) == 0)
    return {};
  return fail(ErrorCode::forbidden, sent.empty()
                                        ? "send X-CSRF-Token with what GET /session tells"
                                        : "X-CSRF-Token does not fit this session: GET /session tells it");
}

}  // namespace linebook::http

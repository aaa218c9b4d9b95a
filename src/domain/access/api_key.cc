#include "domain/access/api_key.h"

#include <algorithm>
#include <array>

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<Scope> scope_names[] = {{Scope::lines_read, "lines:read"},
                                           {Scope::lines_write, "lines:write"},
                                           {Scope::contacts_read, "contacts:read"},
                                           {Scope::contacts_write, "contacts:write"},
                                           {Scope::events_read, "events:read"},
                                           {Scope::audit_read, "audit:read"},
                                           {Scope::admin, "admin"},
                                           {Scope::reach_read, "reach:read"},
                                           {Scope::reach_write, "reach:write"},
                                           {Scope::reach_emergency, "reach:emergency"}};

constexpr Spelling<TokenKind> token_prefixes[] = {
    {TokenKind::api_key, "lbk_"}, {TokenKind::session, "lbs_"}, {TokenKind::sign_in_link, "lbl_"}};
constexpr std::size_t token_characters = 43;  // of base64url: 42 that hold six bits, and one that holds four
constexpr std::string_view base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t bits_beyond_the_last = 4;  // what the last one may count in

constexpr auto base64url_values = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < base64url.size(); ++i)
    values[static_cast<unsigned char>(base64url[i])] = static_cast<std::int8_t>(i);
  return values;
}();

}  // namespace

std::string_view token_prefix(TokenKind kind) { return spell(token_prefixes, kind); }

bool is_token(std::string_view text, TokenKind kind) {
  auto const prefix = token_prefix(kind);
  if (!text.starts_with(prefix) || text.size() != prefix.size() + token_characters) return false;
  text.remove_prefix(prefix.size());
  auto const value = [](char c) { return base64url_values[static_cast<unsigned char>(c)]; };
  return std::ranges::all_of(text, [&](char c) { return value(c) >= 0; }) &&
         static_cast<std::size_t>(value(text.back())) % bits_beyond_the_last == 0;
}

std::string_view to_string(Scope s) { return spell(scope_names, s); }
std::optional<Scope> parse_scope(std::string_view text) { return unspell(scope_names, text); }
std::string_view to_string(AccountStatus s) { return s == AccountStatus::active ? "active" : "suspended"; }

Result<Scopes> Scopes::parse(std::string_view text) {
  Scopes scopes;
  while (!text.empty()) {
    auto comma = text.find(',');
    auto name = text.substr(0, comma);
    auto scope = parse_scope(name);
    if (!scope) {
      return fail(ErrorCode::validation_error,
                  "unknown scope '" + std::string(name) +
                      "'; the scopes are lines:read, lines:write, contacts:read, "
                      "contacts:write, events:read, audit:read, admin, reach:read, reach:write, "
                      "reach:emergency");
    }
    scopes.add(*scope);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return scopes;
}

std::string Scopes::to_string() const {
  std::string text;
  for (auto const& row : scope_names) {
    if ((bits_ & bit(row.value)) == 0) continue;
    if (!text.empty()) text += ',';
    text += row.text;
  }
  return text;
}

bool is_usable(ApiKey const& key, AccountStatus account, Instant now) {
  return account == AccountStatus::active && !key.revoked_at && (!key.expires_at || now < *key.expires_at);
}

}  // namespace linebook

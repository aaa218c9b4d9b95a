#include "app/access/sessions.h"

#include <algorithm>

#include "app/access/accounts.h"
#include "app/ledger/ledger_fields.h"

namespace linebook {
namespace {

TokenHash hash_of_token(Context const& ctx, std::string_view token) {
  auto const mac = ctx.secrets.mac(MacPurpose::token_hash, token);
  return {mac.begin(), mac.end()};
}

/// What the key itself does is written down as done by it.
Context as_key(Context ctx, ApiKey const& key) {
  ctx.account = key.account;
  ctx.actor = key.id.value;
  return ctx;
}

void end_session(Transaction& tx, Context const& ctx, KeySession const& session) {
  tx.sessions().end(session, ctx.now);
  record(tx, of_account(ctx, session.account), Entity::session, session.id.value, Action::revoked,
         ledger_fields(session), {});
}

void make_room(Transaction& tx, Context const& ctx, KeyId const& key) {
  auto const open = tx.sessions().signed_in_with(key);
  auto const live = [&](KeySession const& s) { return ctx.now < s.expires_at; };
  auto count = std::ranges::count_if(open, live);
  for (auto const& session : open) {
    if (count < static_cast<std::ptrdiff_t>(max_sessions_of_key)) return;
    if (!live(session)) continue;
    end_session(tx, ctx, session);
    --count;
  }
}

Result<NewSession> open_session(Transaction& tx, Context const& ctx, ApiKey const& key,
                                Account const& account, std::string_view from) {
  auto const own = as_key(ctx, key);
  make_room(tx, own, key.id);
  auto token = ctx.secrets.new_token(TokenKind::session);
  KeySession session{.id = {ctx.ids.next("ses_", ctx.now)},
                     .account = key.account,
                     .key = key.id,
                     .use = SessionUse::signed_in,
                     .token_hash = hash_of_token(ctx, token),
                     .created_at = ctx.now,
                     .expires_at = ctx.now + session_lasts};
  if (key.expires_at) session.expires_at = std::min(session.expires_at, *key.expires_at);
  tx.sessions().insert(session);
  auto fields = ledger_fields(session);
  fields.push_back({"from", std::string(from)});
  record(tx, own, Entity::session, session.id.value, Action::created, {}, std::move(fields));
  return NewSession{{std::move(session), account, key}, std::move(token)};
}

/// The account of a key that works.
std::optional<Account> account_of_usable(Transaction const& tx, ApiKey const& key, Instant now) {
  auto account = tx.accounts().find(key.account);
  if (!account || !is_usable(key, account->status, now)) return std::nullopt;
  return account;
}

}  // namespace

Result<NewSession> sign_in(Transaction& tx, Context const& ctx, std::string_view key_token,
                           std::string_view from) {
  auto const bearer = is_token(key_token, TokenKind::api_key)
                          ? tx.accounts().find_bearer(hash_of_token(ctx, key_token))
                          : std::nullopt;
  // Again by its id: whoever revokes it just now is waited for.
  auto const key = bearer ? tx.accounts().find_key(bearer->key.id) : std::nullopt;
  auto const account = key ? account_of_usable(tx, *key, ctx.now) : std::nullopt;
  if (!account)
    return fail(
        ErrorCode::unauthorized,
        "this key is unknown, revoked or expired: ask for a new one, made with `linebook keys create`");
  return open_session(tx, ctx, *key, *account, from);
}

Result<LinkView> find_sign_in_link(Transaction const& tx, Context const& ctx, std::string_view link_token) {
  auto link = is_token(link_token, TokenKind::sign_in_link)
                  ? tx.sessions().find_link(hash_of_token(ctx, link_token))
                  : std::nullopt;
  auto key = link && ctx.now < link->expires_at ? tx.accounts().find_key(link->key) : std::nullopt;
  auto account = key ? account_of_usable(tx, *key, ctx.now) : std::nullopt;
  if (!account)
    return fail(
        ErrorCode::expired,
        "this link was used, is over 10 minutes old, or its key was revoked: sign in with an API key, or "
        "make a new one with `linebook console-link`");
  return LinkView{std::move(*link), std::move(*account), std::move(*key)};
}

Result<NewSession> sign_in_by_link(Transaction& tx, Context const& ctx, std::string_view link_token,
                                   std::string_view from) {
  auto const found = find_sign_in_link(tx, ctx, link_token);
  if (!found) return fail(found.error());
  tx.sessions().end(found->link, ctx.now);
  return open_session(tx, ctx, found->key, found->account, from);
}

Result<SessionView> find_session(Transaction const& tx, SessionId const& id) {
  auto session = tx.sessions().find(id);
  auto key = session ? tx.accounts().find_key(session->key) : std::nullopt;
  auto account = key ? tx.accounts().find(key->account) : std::nullopt;
  if (!account) return fail(not_found("session"));
  return SessionView{std::move(*session), std::move(*account), std::move(*key)};
}

Result<void> sign_out(Transaction& tx, Context const& ctx, SessionId const& id) {
  if (auto const session = tx.sessions().find(id)) end_session(tx, ctx, *session);
  return {};
}

void leave_session(Transaction& tx, Context const& ctx, std::string_view session_token) {
  if (!is_token(session_token, TokenKind::session)) return;
  auto const bearer = tx.accounts().find_bearer(hash_of_token(ctx, session_token));
  if (!bearer || !bearer->session || bearer->session->expires_at <= ctx.now) return;
  if (auto const session = tx.sessions().find(bearer->session->id))
    end_session(tx, as_key(ctx, bearer->key), *session);
}

Result<std::int64_t> sign_out_everywhere(Transaction& tx, Context const& ctx, KeyId const& key) {
  std::int64_t ended = 0;
  for (auto const& session : tx.sessions().signed_in_with(key)) {
    if (session.expires_at <= ctx.now) continue;
    end_session(tx, ctx, session);
    ++ended;
  }
  return ended;
}

Result<std::string> make_sign_in_link(Transaction& tx, Context const& ctx, KeyId const& id) {
  auto const key = tx.accounts().find_key(id);
  if (!key)
    return fail(ErrorCode::not_found, "there is no key '" + id.value + "'; `linebook keys list` shows them");
  if (!account_of_usable(tx, *key, ctx.now))
    return fail(ErrorCode::conflict,
                "the key '" + id.value + "' is revoked or expired, or its account is suspended");
  auto token = ctx.secrets.new_token(TokenKind::sign_in_link);
  KeySession const link{.id = {ctx.ids.next("ses_", ctx.now)},
                        .account = key->account,
                        .key = key->id,
                        .use = SessionUse::link,
                        .token_hash = hash_of_token(ctx, token),
                        .created_at = ctx.now,
                        .expires_at = ctx.now + sign_in_link_lasts};
  tx.sessions().insert(link);
  record(tx, of_account(ctx, link.account), Entity::session, link.id.value, Action::created, {},
         ledger_fields(link));
  return token;
}

Result<std::string> make_sign_in_link(Transaction& tx, Context const& ctx) {
  for (auto const& key : tx.accounts().list_keys())
    if (key.account == ctx.account && key.name == console_key_name &&
        is_usable(key, AccountStatus::active, ctx.now))
      return make_sign_in_link(tx, ctx, key.id);
  auto made = create_key(tx, ctx, {.name = std::string(console_key_name), .expires_at = {}});
  if (!made) return fail(std::move(made.error()));
  return make_sign_in_link(tx, ctx, made->key.id);
}

std::string sign_in_url(std::string_view public_url, std::string_view link_token) {
  return std::string(public_url) + "/console/sign-in#token=" + std::string(link_token);
}

}  // namespace linebook

#include "app/access/accounts.h"

#include "app/ledger/ledger_fields.h"
#include "domain/text/name_key.h"

namespace linebook {
namespace {

bool is_name(std::string_view name, std::size_t limit) {
  return !name.empty() && is_clean_text(name, limit) && name.front() != ' ' && name.back() != ' ';
}

std::string name_rule(std::size_t limit) {
  return "must be 1 to " + std::to_string(limit) + " characters, with no white space at either end";
}

void record_change(Transaction& tx, Context const& ctx, Action action, Account const& was,
                   Account const& is) {
  record(tx, of_account(ctx, is.id), Entity::account, std::to_string(is.id.value), action, ledger_fields(was),
         ledger_fields(is));
}

Result<Account> set_status(Transaction& tx, Context const& ctx, std::string_view name, AccountStatus status,
                           Action action) {
  auto account = named_account(tx, name);
  if (!account || account->status == status) return account;
  Account after = *account;
  after.status = status;
  tx.accounts().set_status(after.id, after.status);
  record_change(tx, ctx, action, *account, after);
  return after;
}

std::optional<FieldError> rate_limit_problem(std::int64_t requests_a_minute) {
  if (requests_a_minute >= 0 && requests_a_minute <= max_rate_limit) return std::nullopt;
  return FieldError{"rate limit",
                    "must be 0 (none) to " + std::to_string(max_rate_limit) + " requests a minute"};
}

}  // namespace

Result<Account> create_account(Transaction& tx, Context const& ctx, std::string_view name) {
  if (!is_name(name, max_account_name))
    return fail(validation_error({{"account name", name_rule(max_account_name)}}));
  if (tx.accounts().find_by_name(name))
    return fail(ErrorCode::already_exists, "there is an account '" + std::string(name) + "' already");
  Account account{.id = {},
                  .name = std::string(name),
                  .status = AccountStatus::active,
                  .wrapped_data_key = ctx.secrets.new_wrapped_data_key(),
                  .created_at = ctx.now};
  account.id = tx.accounts().insert(account);
  record(tx, of_account(ctx, account.id), Entity::account, std::to_string(account.id.value), Action::created,
         {}, ledger_fields(account));
  return account;
}

Result<Account> suspend_account(Transaction& tx, Context const& ctx, std::string_view name) {
  return set_status(tx, ctx, name, AccountStatus::suspended, Action::suspended);
}

Result<Account> resume_account(Transaction& tx, Context const& ctx, std::string_view name) {
  return set_status(tx, ctx, name, AccountStatus::active, Action::updated);
}

Result<Account> limit_account(Transaction& tx, Context const& ctx, std::string_view name,
                              std::int64_t requests_a_minute) {
  if (auto problem = rate_limit_problem(requests_a_minute))
    return fail(validation_error({std::move(*problem)}));
  auto account = named_account(tx, name);
  if (!account || account->rate_limit == requests_a_minute) return account;
  Account after = *account;
  after.rate_limit = requests_a_minute;
  tx.accounts().set_rate_limit(after.id, after.rate_limit);
  record_change(tx, ctx, Action::updated, *account, after);
  return after;
}

Result<Account> named_account(Transaction const& tx, std::string_view name) {
  if (auto account = tx.accounts().find_by_name(name)) return *account;
  return fail(ErrorCode::not_found,
              "there is no account '" + std::string(name) +
                  "'; `linebook accounts list` shows them, `linebook accounts create` makes one");
}

std::optional<Error> check_key(Instant now, CreateKey const& command) {
  std::vector<FieldError> problems;
  if (!is_name(command.name, max_key_name)) problems.push_back({"key name", name_rule(max_key_name)});
  if (command.scopes.empty()) problems.push_back({"scopes", "must name at least one scope"});
  if (auto problem = rate_limit_problem(command.rate_limit)) problems.push_back(std::move(*problem));
  if (command.expires_at && *command.expires_at <= now)
    problems.push_back({"expiry", "must lie in the future"});
  if (problems.empty()) return std::nullopt;
  return validation_error(std::move(problems));
}

Result<NewKey> create_key(Transaction& tx, Context const& ctx, CreateKey const& command) {
  if (auto problem = check_key(ctx.now, command)) return fail(std::move(*problem));
  if (auto const account = tx.accounts().find(ctx.account);
      account && account->status == AccountStatus::suspended)
    return fail(ErrorCode::conflict,
                "the account '" + account->name +
                    "' is suspended: no key of it works; `linebook accounts resume` lets "
                    "it go on");
  auto token = ctx.secrets.new_token(TokenKind::api_key);
  auto const hash = ctx.secrets.mac(MacPurpose::token_hash, token);
  ApiKey key{.id = {ctx.ids.next("key_", ctx.now)},
             .account = ctx.account,
             .name = command.name,
             .token_hash = std::string(hash.begin(), hash.end()),
             .scopes = command.scopes,
             .rate_limit = command.rate_limit,
             .created_at = ctx.now,
             .expires_at = command.expires_at,
             .revoked_at = {},
             .last_used_at = {}};
  tx.accounts().insert_key(key);
  record(tx, ctx, Entity::api_key, key.id.value, Action::created, {}, ledger_fields(key));
  return NewKey{std::move(key), std::move(token)};
}

Result<ApiKey> revoke_key(Transaction& tx, Context const& ctx, KeyId const& id) {
  auto key = tx.accounts().find_key(id);
  if (!key)
    return fail(ErrorCode::not_found, "there is no key '" + id.value + "'; `linebook keys list` shows them");
  if (key->revoked_at) return *key;
  ApiKey after = *key;
  after.revoked_at = ctx.now;
  tx.accounts().revoke_key(id, ctx.now);
  record(tx, of_account(ctx, key->account), Entity::api_key, id.value, Action::revoked, ledger_fields(*key),
         ledger_fields(after));
  return after;
}

}  // namespace linebook

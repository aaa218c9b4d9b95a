#include "app/access/own_keys.h"

#include <algorithm>

namespace linebook {
namespace {

std::optional<Error> scope_beyond(ApiKey const& maker, Scopes wanted) {
  for (auto const scope : all_scopes)
    if (wanted.names(scope) && !maker.scopes.has(scope))
      return Error{ErrorCode::forbidden,
                   "this key lacks the scope " + std::string(to_string(scope)) + ", and cannot give it",
                   {}};
  return std::nullopt;
}

/// 0, which is none, is more than any.
bool is_oftener(std::int64_t wanted, std::int64_t own) { return own != 0 && (wanted == 0 || wanted > own); }

std::int64_t usual_rate_limit(ApiKey const& maker) {
  return is_oftener(default_rate_limit, maker.rate_limit) ? maker.rate_limit : default_rate_limit;
}

Problems problems_of(CreateOwnKey const& command, ApiKey const& maker, Instant now) {
  auto problems = command.problems;
  if (command.rate_limit && is_oftener(*command.rate_limit, maker.rate_limit))
    problems.push_back(
        {"rate_limit", "must be 1 to " + std::to_string(maker.rate_limit) + ", as this key's own is"});
  if (command.expires_at && *command.expires_at <= now)
    problems.push_back({"expires_at", "must be in the future"});
  if (command.expires_at && maker.expires_at && *command.expires_at > *maker.expires_at)
    problems.push_back({"expires_at", "must not be later than this key's own"});
  return problems;
}

}  // namespace

Result<NewKey> create_own_key(Transaction& tx, Context const& ctx, CreateOwnKey const& command) {
  // Again: whoever revokes it just now is waited for.
  auto const maker = tx.accounts().find_key({ctx.actor});
  if (!maker || maker->account != ctx.account || !is_usable(*maker, AccountStatus::active, ctx.now))
    return fail(ErrorCode::unauthorized, "this key is revoked or expired");
  if (auto problems = problems_of(command, *maker, ctx.now); !problems.empty())
    return fail(validation_error(std::move(problems)));
  if (auto beyond = scope_beyond(*maker, command.scopes)) return fail(std::move(*beyond));
  if (tx.accounts().count_keys(ctx.account) >= max_own_keys)
    return fail(ErrorCode::conflict, "an account makes at most " + std::to_string(max_own_keys) +
                                         " keys for itself; revoke one that is not needed");
  return create_key(tx, ctx,
                    {.name = command.name,
                     .scopes = command.scopes,
                     .rate_limit = command.rate_limit.value_or(usual_rate_limit(*maker)),
                     .expires_at = command.expires_at ? command.expires_at : maker->expires_at});
}

Result<ApiKey> find_own_key(Transaction const& tx, AccountId account, KeyId const& id) {
  auto key = tx.accounts().find_key(id);
  if (!key || key->account != account) return fail(not_found("key"));
  return std::move(*key);
}

Result<ApiKey> revoke_own_key(Transaction& tx, Context const& ctx, KeyId const& id) {
  if (auto own = find_own_key(tx, ctx.account, id); !own) return own;
  return revoke_key(tx, ctx, id);
}

}  // namespace linebook

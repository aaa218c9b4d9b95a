#include "app/lines/line_secrets.h"

namespace linebook {
namespace {

/// The line's id and the field bind a sealed secret to its place.
std::string place_of(LineId const& id, std::string_view field) { return id.value + "/" + std::string(field); }

}  // namespace

SealedSecret seal(Transaction const& tx, Context const& ctx, LineId const& id, std::string_view field,
                  std::string_view plain) {
  auto const account = tx.accounts().find(ctx.account);
  return seal_under(ctx.secrets, account->wrapped_data_key, id, field, plain);
}

SealedSecret seal_under(Secrets& secrets, std::string_view wrapped_data_key, LineId const& id,
                        std::string_view field, std::string_view plain) {
  return secrets.seal(wrapped_data_key, place_of(id, field), plain);
}

Result<std::string> open_under(Secrets const& secrets, std::string_view wrapped_data_key, LineId const& id,
                               std::string_view field, SealedSecret const& sealed) {
  return secrets.open(wrapped_data_key, place_of(id, field), sealed);
}

Result<std::string> open_secret(Transaction const& tx, AccountId account, Secrets const& secrets,
                                LineId const& id, std::string_view field, SealedSecret const& sealed) {
  auto const known = tx.accounts().find(account);
  if (!known) return fail(not_found("account"));
  return open_under(secrets, known->wrapped_data_key, id, field, sealed);
}

SealedSecret reseal(Transaction const& tx, Context const& ctx, LineId const& id, std::string_view field,
                    std::optional<SealedSecret> const& old, std::string_view plain) {
  if (old) {
    auto const known = open_secret(tx, ctx.account, ctx.secrets, id, field, *old);
    if (known && *known == plain) return *old;
  }
  return seal(tx, ctx, id, field, plain);
}

}  // namespace linebook

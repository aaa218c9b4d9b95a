#include "app/sealed_words.h"

namespace linebook {
namespace {

std::string words_of(AccountId account, std::string_view subject) {
  return std::to_string(account.value) + "/" + std::string(subject) + "/words";
}

}  // namespace

std::string seal_words(Transaction const& tx, Context const& ctx, std::string_view subject,
                       std::string_view words) {
  auto const account = tx.accounts().find(ctx.account);
  return seal_words_under(ctx, account->wrapped_data_key, subject, words);
}

std::string seal_words_under(Context const& ctx, std::string_view wrapped_data_key, std::string_view subject,
                             std::string_view words) {
  return ctx.secrets.seal(wrapped_data_key, words_of(ctx.account, subject), words);
}

Result<std::string> open_words(Transaction const& tx, AccountId account, Secrets const& secrets,
                               std::string_view subject, std::string_view sealed) {
  auto const known = tx.accounts().find(account);
  if (!known) return fail(not_found("account"));
  return secrets.open(known->wrapped_data_key, words_of(account, subject), sealed);
}

Result<std::string> open_words_under(Context const& ctx, std::string_view wrapped_data_key,
                                     std::string_view subject, std::string_view sealed) {
  return ctx.secrets.open(wrapped_data_key, words_of(ctx.account, subject), sealed);
}

}  // namespace linebook

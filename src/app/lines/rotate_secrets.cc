#include "app/lines/rotate_secrets.h"

#include "app/ledger/ledger_fields.h"
#include "app/lines/line_secrets.h"
#include "app/sealed_words.h"

namespace linebook {
namespace {

constexpr std::int64_t lines_at_once = 100;
constexpr std::int64_t words_at_once = 500;

/// The account's old key and its new one.
struct Rotation {
  std::string old_key;
  std::string new_key;
};

struct HeldSecret {
  std::string_view field;
  std::optional<SealedSecret>* sealed;
};

/// Nothing in it for a pool line.
std::optional<HeldSecret> secret_of(Line& line) {
  if (auto* trunk = std::get_if<ByoTrunk>(&line.holding); trunk && trunk->sip_password_sealed)
    return HeldSecret{sip_password_field, &trunk->sip_password_sealed};
  if (auto* twilio = std::get_if<TwilioHolding>(&line.holding); twilio && twilio->auth_token_sealed)
    return HeldSecret{auth_token_field, &twilio->auth_token_sealed};
  return std::nullopt;
}

std::vector<LineId> every_line(Transaction const& tx, AccountId account) {
  std::vector<LineId> all;
  std::optional<Keyset> after;
  for (auto page = tx.lines().list(account, {}, after, lines_at_once); !page.empty();
       page = tx.lines().list(account, {}, after, lines_at_once)) {
    after = Keyset{page.back().created_at, page.back().id.value};
    for (auto& line : page) all.push_back(std::move(line.id));
  }
  return all;
}

/// False when the line has no secret, or one that the old key does not open.
bool reseal_line(Transaction& tx, Context const& ctx, LineId const& id, Rotation const& keys) {
  auto line = tx.lines().find(ctx.account, id);
  auto const held = line ? secret_of(*line) : std::nullopt;
  if (!held) return false;
  auto const plain = open_under(ctx.secrets, keys.old_key, id, held->field, **held->sealed);
  if (!plain) return false;
  *held->sealed = seal_under(ctx.secrets, keys.new_key, id, held->field, *plain);
  tx.lines().update(ctx.account, *line);
  return true;
}

/// The same of the words of a call or a text, in place.
bool reseal_words(Context const& ctx, std::string_view subject, std::string& sealed, Rotation const& keys) {
  auto const words = open_words_under(ctx, keys.old_key, subject, sealed);
  if (!words) return false;
  sealed = seal_words_under(ctx, keys.new_key, subject, *words);
  return true;
}

std::int64_t reseal_texts(Transaction& tx, Context const& ctx, Rotation const& keys) {
  std::int64_t resealed = 0;
  MessageId after;
  for (auto page = tx.messages().with_text(ctx.account, after, words_at_once); !page.empty();
       page = tx.messages().with_text(ctx.account, after, words_at_once)) {
    after = page.back().id;
    for (auto& message : page) {
      if (!reseal_words(ctx, message.id.value, *message.text_sealed, keys)) continue;
      tx.messages().update(ctx.account, message);
      ++resealed;
    }
  }
  return resealed;
}

std::int64_t reseal_speech(Transaction& tx, Context const& ctx, Rotation const& keys) {
  std::int64_t resealed = 0;
  CallId after;
  for (auto page = tx.calls().with_speech(ctx.account, after, words_at_once); !page.empty();
       page = tx.calls().with_speech(ctx.account, after, words_at_once)) {
    after = page.back().id;
    for (auto& call : page) {
      if (!reseal_words(ctx, call.id.value, *call.speech_sealed, keys)) continue;
      tx.calls().update(ctx.account, call);
      ++resealed;
    }
  }
  return resealed;
}

std::int64_t reseal_tokens(Transaction& tx, Context const& ctx, Rotation const& keys) {
  std::int64_t resealed = 0;
  for (auto const& seen : tx.fhir_sources().list(ctx.account, std::nullopt, max_fhir_sources)) {
    auto source = tx.fhir_sources().find(ctx.account, seen.id);
    if (!source || !reseal_words(ctx, source->id.value, source->token_sealed, keys)) continue;
    tx.fhir_sources().update(ctx.account, *source);
    ++resealed;
  }
  return resealed;
}

}  // namespace

Result<std::int64_t> rotate_secrets(Transaction& tx, Context const& ctx) {
  auto const account = tx.accounts().find(ctx.account);
  if (!account) return fail(not_found("account"));
  Rotation const keys{account->wrapped_data_key, ctx.secrets.new_wrapped_data_key()};
  // First of all: from here on nobody else seals under the old key, so that nothing is missed.
  tx.accounts().set_wrapped_data_key(ctx.account, keys.new_key);
  std::int64_t resealed = 0;
  for (auto const& id : every_line(tx, ctx.account))
    if (reseal_line(tx, ctx, id, keys)) ++resealed;
  resealed += reseal_texts(tx, ctx, keys) + reseal_speech(tx, ctx, keys) + reseal_tokens(tx, ctx, keys);
  auto const fields = [](std::string_view key) {
    return Fields{{"data_key", std::string(key), Secrecy::secret}};
  };
  record(tx, ctx, Entity::account, std::to_string(ctx.account.value), Action::updated, fields(keys.old_key),
         fields(keys.new_key));
  return resealed;
}

}  // namespace linebook

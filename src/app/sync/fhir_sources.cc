#include "app/sync/fhir_sources.h"

#include <algorithm>
#include <utility>

#include "app/ledger/ledger_fields.h"
#include "app/sealed_words.h"
#include "domain/text/ascii.h"

namespace linebook {
namespace {

/// A bearer token as RFC 6750 has it goes into a header as it is.
bool is_bearer_token(std::string_view token) {
  auto const legal = [](char c) {
    return is_ascii_alphanumeric(c) || std::string_view("-._~+/=").find(c) != std::string_view::npos;
  };
  return !token.empty() && token.size() <= max_fhir_token && std::ranges::all_of(token, legal);
}

void check(std::optional<std::string> const& name, std::optional<std::string> const& token,
           std::optional<std::chrono::seconds> const& every, Problems& problems) {
  if (name && !is_choosable_id(*name))
    problems.push_back({"name", "must be 1 to 64 letters, digits, dots, dashes or underscores"});
  if (token && !is_bearer_token(*token))
    problems.push_back({"token", "must be a bearer token: letters, digits and -._~+/= alone"});
  if (every && (*every < min_sync_interval || *every > max_sync_interval))
    problems.push_back({"every", "must be from 10 seconds to 30 days"});
}

Error name_taken(FhirSource const& other) {
  return {ErrorCode::already_exists,
          "a FHIR source of that name is there already",
          {{"name", "is taken", other.id.value}}};
}

std::int64_t end_of_ledger(Transaction const& tx, AccountId account) {
  auto const last = tx.ledger().newest(account, {}, std::nullopt, 1);
  return last.entries.empty() ? 0 : last.entries.front().sequence;
}

void save(Transaction& tx, Context const& ctx, FhirSource const& was, FhirSource is) {
  auto const before = ledger_fields(was), after = ledger_fields(is);
  bool const shows = !difference(before, after).empty();
  if (shows) is.updated_at = ctx.now;
  tx.fhir_sources().update(ctx.account, is);
  if (shows) record(tx, ctx, Entity::fhir_source, is.id.value, Action::updated, before, after);
}

}  // namespace

std::string name_after_host(std::string_view url) {
  auto name = host_of(url).substr(0, 64);
  std::erase_if(name, [](char c) { return c == '[' || c == ']'; });
  std::ranges::replace(name, ':', '-');
  return name;
}

Result<FhirSource> create_fhir_source(Transaction& tx, Context const& ctx, CreateFhirSource command) {
  auto& problems = command.problems;
  auto const url = command.url ? fhir_server_url(*command.url) : std::nullopt;
  if (command.url && !url)
    problems.push_back({"url", "must be the root of a FHIR server, such as https://ehr.example.com/fhir/R4"});
  if (!command.name && url) command.name = name_after_host(*url);
  check(command.name, command.token, command.every, problems);
  if (!problems.empty()) return fail(validation_error(std::move(problems)));
  if (auto const other = tx.fhir_sources().named(ctx.account, *command.name)) return fail(name_taken(*other));
  auto const there = tx.fhir_sources().list(ctx.account, std::nullopt, max_fhir_sources);
  if (there.size() == max_fhir_sources)
    return fail(ErrorCode::conflict, "an account has up to " + std::to_string(max_fhir_sources) +
                                         " FHIR sources; delete one that is not needed any more");
  FhirSource source{.id = {ctx.ids.next("fhs_", ctx.now)},
                    .name = *command.name,
                    .url = *url,
                    .token_sealed = {},
                    .prefer = command.prefer,
                    .every = command.every,
                    .created_at = ctx.now,
                    .updated_at = ctx.now};
  source.token_sealed = seal_words(tx, ctx, source.id.value, *command.token);
  if (source.every) source.due_at = ctx.now;
  source.progress.ledger_after = end_of_ledger(tx, ctx.account);
  tx.fhir_sources().insert(ctx.account, source);
  record(tx, ctx, Entity::fhir_source, source.id.value, Action::created, {}, ledger_fields(source));
  return source;
}

Result<FhirSource> edit_fhir_source(Transaction& tx, Context const& ctx, FhirSourceId const& id,
                                    Precondition<FhirSource> const& condition, EditFhirSource const& edit) {
  auto const was = tx.fhir_sources().find(ctx.account, id);
  if (!was) return fail(not_found("FHIR source"));
  if (!holds(condition, *was)) return fail(precondition_failed());
  auto problems = edit.problems;
  check(edit.name, edit.token, edit.every ? *edit.every : std::nullopt, problems);
  if (!problems.empty()) return fail(validation_error(std::move(problems)));
  auto is = *was;
  if (apply(edit.name, is.name))
    if (auto const other = tx.fhir_sources().named(ctx.account, is.name)) return fail(name_taken(*other));
  apply(edit.prefer, is.prefer);
  if (apply(edit.every, is.every))
    is.due_at = is.every ? std::optional(std::min(is.due_at.value_or(ctx.now), ctx.now)) : std::nullopt;
  if (edit.token) {
    auto const known = open_token(tx, ctx.account, ctx.secrets, is);
    if (!known || *known != *edit.token) is.token_sealed = seal_words(tx, ctx, id.value, *edit.token);
  }
  save(tx, ctx, *was, is);
  return *tx.fhir_sources().find(ctx.account, id);
}

Result<void> delete_fhir_source(Transaction& tx, Context const& ctx, FhirSourceId const& id,
                                Precondition<FhirSource> const& condition) {
  auto const source = tx.fhir_sources().find(ctx.account, id);
  if (!source) return fail(not_found("FHIR source"));
  if (!holds(condition, *source)) return fail(precondition_failed());
  tx.fhir_sources().remove(ctx.account, id);
  record(tx, ctx, Entity::fhir_source, id.value, Action::deleted, ledger_fields(*source), {});
  return {};
}

Result<FhirSource> ask_for_sync(Transaction& tx, Context const& ctx, FhirSourceId const& id) {
  auto source = tx.fhir_sources().find(ctx.account, id);
  if (!source) return fail(not_found("FHIR source"));
  // A run that is under way ends what is due since before it began.
  source->due_at = ctx.now;
  tx.fhir_sources().update(ctx.account, *source);
  return *source;
}

Result<std::string> open_token(Transaction const& tx, AccountId account, Secrets const& secrets,
                               FhirSource const& source) {
  return open_words(tx, account, secrets, source.id.value, source.token_sealed);
}

}  // namespace linebook

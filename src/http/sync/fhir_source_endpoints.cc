// /fhir-sources: FHIR servers that the account is kept in step with.
#include "app/sync/fhir_sources.h"
#include "http/codec/field_parsers.h"
#include "http/serving/endpoint.h"
#include "http/serving/paging.h"
#include "http/sync/fhir_source_json.h"
#include "http/sync/routes.h"

namespace linebook::http {
namespace {

Parsed<Side> preferred_side(std::string_view text) {
  auto const side = parse_side(text);
  if (!side) return complain("must be one of ours, theirs");
  return *side;
}

/// What they say is checked by the use case.
Parsed<std::string> any_text(std::string_view text) { return std::string(text); }

Answer shown(FhirSource const& source, int status = 200) {
  return {.status = status, .body = fhir_source_json(source), .tag = Answer::Tag::entity};
}

Result<Plan> post_fhir_source(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  CreateFhirSource command;
  ObjectReader reader(call.body, command.problems);
  command.url = reader.required_text("url", [&](std::string_view text) -> Parsed<std::string> {
    // As far as the address itself tells: where its name leads is judged whenever a connection opens.
    auto const url = fhir_server_url(text);
    auto refusal = url ? call.env.outgoing.refusal(*url) : std::nullopt;
    if (refusal) return complain(std::move(*refusal));
    return std::string(text);
  });
  command.token = reader.required_text("token", any_text);
  command.name = reader.text_unless_null("name", any_text);
  command.prefer = reader.text_unless_null("prefer", preferred_side).value_or(Side::theirs);
  command.every = reader.text("every", duration);
  reader.refuse_unknown();
  return Write{[command = std::move(command)](Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto source = create_fhir_source(tx, ctx, command);
    if (!source) return fail(std::move(source.error()));
    auto answer = shown(*source, 201);
    answer.location = "/fhir-sources/" + source->id.value;
    return answer;
  }};
}

Result<Plan> list_fhir_sources(Call& call) {
  auto page = finish_token_page(call);
  if (!page) return fail(std::move(page.error()));
  return keyset_read(
      call, std::move(*page), "fhir_sources",
      [](Transaction const& tx, AccountId account, auto const& after, std::int64_t limit) {
        return tx.fhir_sources().list(account, after, limit);
      },
      write_fhir_source, [](FhirSource const& item) { return to_cursor(item.created_at, item.id.value); });
}

Result<Plan> get_fhir_source(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Read{ReadCost::bounded,
              [account = call.account(),
               id = FhirSourceId{call.parameter()}](Transaction const& tx) -> Result<Answer> {
                auto const source = tx.fhir_sources().look_at(account, id);
                if (!source) return fail(not_found("FHIR source"));
                return shown(*source);
              }};
}

Result<Plan> patch_fhir_source(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  EditFhirSource edit;
  ObjectReader reader(call.body, edit.problems);
  edit.name = reader.text_unless_null("name", any_text);
  edit.token = reader.text_unless_null("token", any_text);
  edit.prefer = reader.text_unless_null("prefer", preferred_side);
  edit.every = reader.text_edit("every", duration);
  reader.refuse("url",
                "cannot be changed: what was synced is of that server; delete the source and add another");
  reader.refuse_unknown();
  return Write{
      [edit = std::move(edit), id = FhirSourceId{call.parameter()},
       condition = call.condition(&fhir_source_json)](Transaction& tx, Context const& ctx) -> Result<Answer> {
        auto source = edit_fhir_source(tx, ctx, id, condition, edit);
        if (!source) return fail(std::move(source.error()));
        return shown(*source);
      }};
}

Result<Plan> delete_fhir_source_endpoint(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Write{[id = FhirSourceId{call.parameter()}, condition = call.condition(&fhir_source_json)](
                   Transaction& tx, Context const& ctx) -> Result<Answer> {
    if (auto gone = delete_fhir_source(tx, ctx, id, condition); !gone) return fail(std::move(gone.error()));
    return deleted(id.value, "FHIR source deleted");
  }};
}

Result<Plan> post_sync(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Write{[id = FhirSourceId{call.parameter()}](Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto source = ask_for_sync(tx, ctx, id);
    if (!source) return fail(std::move(source.error()));
    return Answer{.status = 202, .body = fhir_source_json(*source)};
  }};
}

}  // namespace

std::vector<Route> fhir_source_routes() {
  return {{Method::post, "/fhir-sources", Scope::admin, post_fhir_source},
          {Method::get, "/fhir-sources", Scope::admin, list_fhir_sources},
          {Method::get, "/fhir-sources/{source_id}", Scope::admin, get_fhir_source},
          {Method::patch, "/fhir-sources/{source_id}", Scope::admin, patch_fhir_source},
          {Method::del, "/fhir-sources/{source_id}", Scope::admin, delete_fhir_source_endpoint},
          {Method::post, "/fhir-sources/{source_id}/sync", Scope::admin, post_sync, RateLimit::counted,
           BodyKind::none}};
}

}  // namespace linebook::http

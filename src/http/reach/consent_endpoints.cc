// /api/v2/consents: what people agreed to, or took back.
#include "app/reach/consents.h"

#include "http/codec/field_parsers.h"
#include "http/codec/json_writer.h"
#include "http/reach/reach_json.h"
#include "http/reach/routes.h"
#include "http/serving/endpoint.h"
#include "http/serving/paging.h"

namespace linebook::http {
namespace {

Answer single(Consent const& c, int status = 200) {
  JsonWriter json;
  write_consent(json, c);
  return {.status = status, .body = std::move(json).take(), .tag = Answer::Tag::entity};
}

Parsed<ConsentStatus> consent_status(std::string_view text) {
  auto const status = parse_consent_status(text);
  if (!status) return complain("must be one of granted, revoked");
  return *status;
}

Parsed<ConsentBasis> consent_basis(std::string_view text) {
  auto const basis = parse_consent_basis(text);
  if (!basis) return complain("must be one of written, verbal, inquiry, relationship");
  return *basis;
}

Result<Plan> post_consent(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  AddConsent command;
  ObjectReader reader(call.body, command.problems);
  command.phone = reader.required_text("phone_id", phone_id);
  command.channel = reader.required_text("channel", channel);
  command.purpose = reader.required_text("purpose", purpose);
  command.status = reader.required_text("status", consent_status);
  command.basis = reader.required_text("basis", consent_basis);
  command.at = reader.text("at", instant);
  command.expires_at = reader.text("expires_at", instant);
  command.evidence =
      reader.text("evidence", [](std::string_view text) { return remark(text, max_evidence); });
  reader.refuse_unknown();
  return Write{[command = std::move(command)](Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto added = add_consent(tx, ctx, command);
    if (!added) return fail(std::move(added.error()));
    auto answer = single(*added, 201);
    answer.location = "/api/v2/consents/" + added->id.value;
    return answer;
  }};
}

Result<Plan> list_consents(Call& call) {
  auto const page = read_offset_page(call.query);
  auto const phone = call.query.parsed("phone_id", phone_id);
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Read{phone ? ReadCost::bounded : ReadCost::unbounded,
              [account = call.account(), phone, page](Transaction const& tx) -> Result<Answer> {
                auto const found = tx.consents().list(account, phone, page.limit, page.offset);
                return offset_page_answer(found, page, write_consent);
              }};
}

Result<Plan> get_consent(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Read{
      ReadCost::bounded,
      [account = call.account(), id = ConsentId{call.parameter()}](Transaction const& tx) -> Result<Answer> {
        auto const found = tx.consents().find(account, id);
        if (!found) return fail(not_found("consent"));
        return single(*found);
      }};
}

}  // namespace

std::vector<Route> consent_routes() {
  return {{Method::post, "/api/v2/consents", Scope::reach_write, post_consent},
          {Method::get, "/api/v2/consents", Scope::reach_read, list_consents},
          {Method::get, "/api/v2/consents/{consent_id}", Scope::reach_read, get_consent}};
}

}  // namespace linebook::http

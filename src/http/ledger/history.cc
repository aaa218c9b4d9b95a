#include "http/ledger/history.h"

#include "http/ledger/ledger_json.h"

namespace linebook::http {

Answer ledger_answer(LedgerPage const& found, Environment const& env, AccountId account,
                     TokenPage const& page, Instant now) {
  JsonWriter json;
  json.begin_object().key("entries").begin_array();
  for (auto const& entry : found.entries) write_ledger_entry(json, entry);
  json.end_array().key("next_page_token");
  if (found.next_before)
    json.string(next_token(env, account, page, std::to_string(*found.next_before), now));
  else
    json.null();
  json.end_object();
  return {.body = std::move(json).take()};
}

Result<Plan> history_of(Call& call, Entity entity, std::string_view what) {
  auto page = finish_token_page(call);
  if (!page) return fail(std::move(page.error()));
  return Read{ReadCost::unbounded,
              [account = call.account(), id = call.parameter(), entity, what, page = std::move(*page),
               now = call.now, &env = call.env](Transaction const& tx) -> Result<Answer> {
                LedgerFilter filter;
                filter.entity = entity;
                filter.entity_id = id;
                auto found = tx.ledger().newest(account, filter, sequence_from(page.cursor), page.size);
                if (found.entries.empty() && !page.cursor && !found.next_before) return fail(not_found(what));
                return ledger_answer(found, env, account, page, now);
              }};
}

}  // namespace linebook::http

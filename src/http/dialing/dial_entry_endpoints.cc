// /dial-lists/{list_id}/entries and …/next: whom a dialer is to call now, and what came of it.
#include "app/dialing/dial_lists.h"
#include "app/dialing/entry_outcomes.h"
#include "app/dialing/take_entries.h"
#include "http/codec/field_parsers.h"
#include "http/dialing/dial_list_json.h"
#include "http/dialing/dial_list_requests.h"
#include "http/dialing/routes.h"
#include "http/serving/endpoint.h"
#include "http/serving/paging.h"

namespace linebook::http {
namespace {

constexpr std::int64_t default_entries_pulled = 10;

Result<Plan> post_entries(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Write{[command = read_add_dial_entries(call.body), id = DialListId{call.parameter()}](
                   Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto const added = add_dial_entries(tx, ctx, id, command);
    if (!added) return fail(added.error());
    JsonWriter json;
    json.begin_object().key("added").number(added->added);
    json.key("already_listed").number(added->already_listed);
    json.key("entries").number(added->list.entries).end_object();
    return Answer{.body = std::move(json).take()};
  }};
}

Result<Plan> list_entries(Call& call) {
  auto filter = read_dial_entry_filter(call.query);
  auto page = finish_token_page(call);
  if (!page) return fail(std::move(page.error()));
  return Read{
      ReadCost::bounded,
      [account = call.account(), id = DialListId{call.parameter()}, filter = std::move(filter),
       page = std::move(*page), now = call.now, &env = call.env](Transaction const& tx) -> Result<Answer> {
        if (!tx.dial_lists().look_at(account, id)) return fail(not_found("dial list"));
        auto entries =
            tx.dial_entries().matching(account, id, filter, {page.cursor.value_or("")}, page.size + 1);
        return keyset_page_answer(
            "entries", std::move(entries), page, write_dial_entry,
            [](DialEntry const& e) { return e.id.value; }, env, account, now);
      }};
}

Result<Plan> post_next(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  TakeEntries command;
  ObjectReader reader(call.body, command.problems);
  command.count = reader.integer("count", 1, max_entries_pulled).value_or(default_entries_pulled);
  command.lease = std::chrono::seconds(
      reader.integer("lease_seconds", 1, max_lease.count()).value_or(default_lease.count()));
  reader.refuse_unknown();
  return Write{[command = std::move(command), id = DialListId{call.parameter()}, &rules = call.env.reach](
                   Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto const taken = take_entries(tx, ctx, rules, id, command);
    if (!taken) return fail(taken.error());
    return Answer{.body = taken_entries_json(*taken)};
  }};
}

Result<Plan> post_entry_outcome(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  TellEntryOutcome command;
  ObjectReader reader(call.body, command.problems);
  command.outcome = reader.required_text("outcome", outcome);
  command.decision = reader.text("decision_id", decision_id);
  command.at = reader.text("at", instant);
  command.note = reader.text("note", [](std::string_view text) { return remark(text, max_outcome_note); });
  reader.refuse_unknown();
  return Write{
      [command = std::move(command), list = DialListId{call.parameter()},
       entry = DialEntryId{call.parameter(1)}](Transaction& tx, Context const& ctx) -> Result<Answer> {
        auto const told = tell_entry_outcome(tx, ctx, list, entry, command);
        if (!told) return fail(told.error());
        return Answer{.body = dial_entry_json(*told)};
      }};
}

}  // namespace

std::vector<Route> dial_entry_routes() {
  return {{Method::post, "/dial-lists/{list_id}/entries", Scope::reach_write, post_entries},
          {Method::get, "/dial-lists/{list_id}/entries", Scope::reach_read, list_entries},
          {Method::post, "/dial-lists/{list_id}/next", Scope::reach_write, post_next},
          {Method::post, "/dial-lists/{list_id}/entries/{entry_id}/outcome", Scope::reach_write,
           post_entry_outcome}};
}

}  // namespace linebook::http

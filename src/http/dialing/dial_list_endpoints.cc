// /dial-lists: who is to be called, and how far that has come.
#include "app/dialing/dial_export.h"
#include "app/dialing/dial_lists.h"
#include "http/codec/field_parsers.h"
#include "http/dialing/dial_list_json.h"
#include "http/dialing/dial_list_requests.h"
#include "http/dialing/routes.h"
#include "http/serving/endpoint.h"
#include "http/serving/paging.h"

namespace linebook::http {
namespace {

Result<Plan> post_dial_list(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Write{
      [command = read_create_dial_list(call.body)](Transaction& tx, Context const& ctx) -> Result<Answer> {
        auto list = create_dial_list(tx, ctx, command);
        if (!list) return fail(std::move(list.error()));
        // As it is told when it is asked for: nobody has been looked at yet.
        std::vector<DialCount> counts;
        if (list->entries > 0) counts.push_back({DialEntryState::waiting, {}, list->entries, ctx.now});
        return Answer{.status = 201,
                      .body = counted_dial_list_json(*list, counts),
                      .tag = Answer::Tag::entity,
                      .location = "/dial-lists/" + list->id.value};
      }};
}

Result<Plan> list_dial_lists(Call& call) {
  auto filter = read_dial_list_filter(call.query);
  auto page = finish_token_page(call);
  if (!page) return fail(std::move(page.error()));
  return Read{ReadCost::bounded,
              [account = call.account(), filter, page = std::move(*page), now = call.now,
               &env = call.env](Transaction const& tx) -> Result<Answer> {
                return keyset_page_answer(
                    "dial_lists",
                    tx.dial_lists().list(account, filter, keyset_from(page.cursor), page.size + 1), page,
                    write_dial_list, [](DialList const& l) { return to_cursor(l.created_at, l.id.value); },
                    env, account, now);
              }};
}

Result<Plan> get_dial_list(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  // Every entry is counted.
  return Read{
      ReadCost::unbounded,
      [account = call.account(), id = DialListId{call.parameter()}](Transaction const& tx) -> Result<Answer> {
        auto const list = tx.dial_lists().look_at(account, id);
        if (!list) return fail(not_found("dial list"));
        return Answer{.body = counted_dial_list_json(*list, tx.dial_entries().counts(account, id)),
                      .tag = Answer::Tag::entity};
      }};
}

template <DialListChange change>
Result<Plan> post_change(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Write{[id = DialListId{call.parameter()}](Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto list = change_dial_list(tx, ctx, id, change);
    if (!list) return fail(std::move(list.error()));
    return Answer{.body = dial_list_json(*list)};
  }};
}

Parsed<DialExportFormat> export_format(std::string_view text) {
  auto const format = parse_dial_export_format(text);
  if (!format) return complain("must be one of csv, vicidial");
  return *format;
}

Result<Answer> exported(Transaction const& tx, AccountId account, Instant now, ReachRules const& rules,
                        DialListId const& id, DialExportFormat format) {
  auto const list = tx.dial_lists().look_at(account, id);
  if (!list) return fail(not_found("dial list"));
  if (list->entries > max_entries_exported_at_once)
    return fail(ErrorCode::conflict, "the list has " + std::to_string(list->entries) +
                                         " entries, and up to " +
                                         std::to_string(max_entries_exported_at_once) +
                                         " are exported here; use `linebook export dial-list`");
  Answer answer{.body = std::string(dial_export_header(format)), .content_type = "text/csv; charset=utf-8"};
  for (ExportedEntries page{.read = entries_exported_a_page}; page.read == entries_exported_a_page;) {
    page = export_entries(tx, account, now, rules, *list, format, page.last);
    answer.body += page.text;
  }
  return answer;
}

Result<Plan> get_export(Call& call) {
  auto const format = call.query.parsed("format", export_format).value_or(DialExportFormat::csv);
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Read{ReadCost::unbounded,
              [account = call.account(), now = call.now, &rules = call.env.reach,
               id = DialListId{call.parameter()}, format](Transaction const& tx) -> Result<Answer> {
                return exported(tx, account, now, rules, id, format);
              }};
}

}  // namespace

std::vector<Route> dial_list_routes() {
  return {{Method::post, "/dial-lists", Scope::reach_write, post_dial_list},
          {Method::get, "/dial-lists", Scope::reach_read, list_dial_lists},
          {Method::get, "/dial-lists/{list_id}", Scope::reach_read, get_dial_list},
          {Method::post, "/dial-lists/{list_id}/pause", Scope::reach_write,
           post_change<DialListChange::pause>, RateLimit::counted, BodyKind::none},
          {Method::post, "/dial-lists/{list_id}/resume", Scope::reach_write,
           post_change<DialListChange::resume>, RateLimit::counted, BodyKind::none},
          {Method::post, "/dial-lists/{list_id}/stop", Scope::reach_write, post_change<DialListChange::stop>,
           RateLimit::counted, BodyKind::none},
          {Method::get, "/dial-lists/{list_id}/export", Scope::reach_read, get_export}};
}

}  // namespace linebook::http

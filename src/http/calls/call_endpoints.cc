// GET /calls: what carriers told of calls to our lines.
#include "app/ports/calls.h"

#include "http/calls/routes.h"
#include "http/codec/field_parsers.h"
#include "http/codec/json_writer.h"
#include "http/lines/line_requests.h"
#include "http/serving/endpoint.h"
#include "http/serving/paging.h"

namespace linebook::http {
namespace {

void write_call(JsonWriter& json, CallRecord const& c) {
  json.begin_object().key("id").string(c.id.value).key("carrier_sid").string(c.carrier_sid);
  json.key("line_id").string(c.line.value).key("from").string(c.from).key("to").string(c.to);
  json.key("status").string(to_string(c.status)).key("action");
  c.action ? json.string(to_string(*c.action)) : json.null();
  json.key("ai_agent_id");
  c.ai_agent ? json.string(c.ai_agent->value) : json.null();
  json.key("duration_seconds");
  c.duration_seconds ? json.number(*c.duration_seconds) : json.null();
  json.key("started_at").time(c.started_at).key("ended_at");
  c.ended_at ? json.time(*c.ended_at) : json.null();
  json.key("updated_at").time(c.updated_at).end_object();
}

std::string call_json(CallRecord const& c) {
  JsonWriter json;
  write_call(json, c);
  return std::move(json).take();
}

Parsed<CallStatus> call_status(std::string_view text) {
  auto const status = parse_call_status(text);
  if (!status)
    return complain(
        "must be one of queued, ringing, in-progress, completed, busy, failed, no-answer, canceled");
  return *status;
}

Result<Plan> list_calls(Call& call) {
  CallFilter filter;
  if (auto line = call.query.parsed("line", chosen_id)) filter.line = LineId{*line};
  if (auto from = call.query.text("from")) filter.from = with_plus(*from);
  filter.status = call.query.parsed("status", call_status);
  filter.since = call.query.time("since");
  filter.until = call.query.time("until");
  auto page = finish_token_page(call);
  if (!page) return fail(std::move(page.error()));
  // A filter that fits little may walk many calls that do not.
  bool const looks_far = filter.status || (filter.line && filter.from);
  return Read{looks_far ? ReadCost::unbounded : ReadCost::bounded,
              [account = call.account(), filter = std::move(filter), page = std::move(*page), now = call.now,
               &env = call.env](Transaction const& tx) -> Result<Answer> {
                auto calls = tx.calls().list(account, filter, keyset_from(page.cursor), page.size + 1);
                return keyset_page_answer(
                    "calls", std::move(calls), page, write_call,
                    [](CallRecord const& c) { return to_cursor(c.started_at, c.id.value); }, env, account,
                    now);
              }};
}

Result<Plan> get_call(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Read{
      ReadCost::bounded,
      [account = call.account(), id = CallId{call.parameter()}](Transaction const& tx) -> Result<Answer> {
        auto const found = tx.calls().find(account, id);
        if (!found) return fail(not_found("call"));
        return Answer{.body = call_json(*found), .tag = Answer::Tag::entity};
      }};
}

}  // namespace

std::vector<Route> call_routes() {
  return {{Method::get, "/calls", Scope::lines_read, list_calls},
          {Method::get, "/calls/{call_id}", Scope::lines_read, get_call}};
}

}  // namespace linebook::http

// /calls: those that came to our lines, and those that we place.
#include "app/calls/place_call.h"
#include "app/ports/calls.h"
#include "app/status_notices.h"
#include "domain/text/remark.h"
#include "http/calls/call_json.h"
#include "http/calls/routes.h"
#include "http/codec/field_parsers.h"
#include "http/lines/line_requests.h"
#include "http/reach/refusal.h"
#include "http/serving/endpoint.h"
#include "http/serving/paging.h"

namespace linebook::http {
namespace {

Parsed<CallStatus> call_status(std::string_view text) {
  auto const status = parse_call_status(text);
  if (!status)
    return complain(
        "must be one of unknown, queued, ringing, in-progress, completed, busy, failed, no-answer, canceled");
  return *status;
}

Parsed<Voicemail> voicemail(std::string_view text) {
  auto const known = parse_voicemail(text);
  if (!known) return complain("must be one of hang_up, leave, agent");
  return *known;
}

/// A name that a carrier passes on as it is.
bool is_metadata_name(std::string_view name) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
  return !name.empty() && name.size() <= max_call_metadata_name &&
         name.find_first_not_of(allowed) == name.npos;
}

CallMetadata read_metadata(ObjectReader& reader) {
  CallMetadata metadata;
  auto const* value = reader.object("metadata");
  if (value == nullptr) return metadata;
  if (!value->is_object()) {
    reader.problem("metadata", "must be an object of short strings");
    return metadata;
  }
  if (value->as_object().size() > max_call_metadata)
    reader.problem("metadata", "must have at most " + std::to_string(max_call_metadata) + " members");
  for (auto const& [name, member] : value->as_object()) {
    bool const is_short =
        member.is_string() && is_remark(std::string_view(member.as_string()), max_call_metadata_value);
    if (!is_metadata_name(name))
      reader.problem("metadata", "must have names of 1 to " + std::to_string(max_call_metadata_name) +
                                     " letters, digits, '_', '-' and '.'");
    else if (!is_short)
      reader.problem(
          "metadata." + std::string(name),
          "must be a string of at most " + std::to_string(max_call_metadata_value) + " characters");
    else
      metadata.emplace_back(name, std::string(member.as_string()));
  }
  return metadata;
}

PlaceCall read_place_call(Call& call) {
  PlaceCall command;
  ObjectReader reader(call.body, command.problems);
  command.line = reader.required_text("line_id", line_id);
  auto recipient = read_recipient(reader);
  command.phone = std::move(recipient.phone);
  command.number = recipient.number;
  command.purpose = reader.required_text("purpose", purpose).value_or(Purpose::care);
  if (auto agent = reader.text("ai_agent_id", chosen_id)) command.ai_agent = AgentId{*agent};
  command.voicemail = reader.text_unless_null("voicemail", voicemail).value_or(Voicemail::agent);
  command.metadata = read_metadata(reader);
  command.decision = reader.text("decision_id", decision_id);
  command.emergencies =
      call.principal->scopes.has(Scope::reach_emergency) ? Emergencies::allowed : Emergencies::refused;
  reader.refuse_unknown();
  return command;
}

Result<Plan> post_call(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Write{[&rules = call.env.reach, command = read_place_call(call)](
                   Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto placed = place_call(tx, ctx, rules, command);
    if (!placed) return fail(std::move(placed.error()));
    if (auto const* refusal = std::get_if<Decision>(&*placed)) return not_allowed(*refusal, ctx);
    auto const& record = std::get<CallRecord>(*placed);
    return Answer{.status = 201,
                  .body = call_json(record),
                  .tag = Answer::Tag::entity,
                  .location = "/calls/" + record.id.value};
  }};
}

Result<Plan> post_hangup(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Write{[id = CallId{call.parameter()}](Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto ending = hang_up(tx, ctx, id);
    if (!ending) return fail(std::move(ending.error()));
    return Answer{.status = 202, .body = call_json(*ending)};
  }};
}

/// A filter that fits little may walk many calls that do not; one number, line or list has an index.
bool looks_far(CallFilter const& filter) {
  int const exact = filter.line.has_value() + filter.from.has_value() + filter.to.has_value() +
                    filter.dial_list.has_value();
  return filter.status || filter.direction || exact > 1;
}

Result<Plan> list_calls(Call& call) {
  CallFilter filter;
  if (auto line = call.query.parsed("line", chosen_id)) filter.line = LineId{*line};
  if (auto from = call.query.text("from")) filter.from = called_or_calling(*from);
  if (auto to = call.query.text("to")) filter.to = called_or_calling(*to);
  if (auto list = call.query.parsed("dial_list_id", chosen_id)) filter.dial_list = DialListId{*list};
  filter.status = call.query.parsed("status", call_status);
  filter.direction = call.query.parsed("direction", direction);
  filter.since = call.query.time("since");
  filter.until = call.query.time("until");
  auto page = finish_token_page(call);
  if (!page) return fail(std::move(page.error()));
  return Read{looks_far(filter) ? ReadCost::unbounded : ReadCost::bounded,
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
        return Answer{.body = call_json(*found, tx.status_notices().of(account, id.value, max_notices_shown)),
                      .tag = Answer::Tag::entity};
      }};
}

}  // namespace

std::vector<Route> call_routes() {
  return {{Method::get, "/calls", Scope::lines_read, list_calls},
          {Method::post, "/calls", Scope::reach_write, post_call},
          {Method::get, "/calls/{call_id}", Scope::lines_read, get_call},
          {Method::post, "/calls/{call_id}/hangup", Scope::reach_write, post_hangup, RateLimit::counted,
           BodyKind::none}};
}

}  // namespace linebook::http

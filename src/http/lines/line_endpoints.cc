// /phone_numbers: the lines. (Seed 000.)
#include <algorithm>

#include "app/lines/find_line.h"
#include "app/lines/lines.h"
#include "http/codec/field_parsers.h"
#include "http/codec/json_writer.h"
#include "http/ledger/history.h"
#include "http/lines/line_json.h"
#include "http/lines/line_requests.h"
#include "http/lines/routes.h"
#include "http/serving/endpoint.h"
#include "http/serving/paging.h"

namespace linebook::http {
namespace {

Answer single(Line const& line, int status = 200) {
  return {.status = status, .body = line_json(line), .tag = Answer::Tag::entity};
}

Answer created(Line const& line) {
  auto answer = single(line, 201);
  answer.location = "/phone_numbers/" + line.id.value;
  return answer;
}

template <class Command>
Plan creation(Command command) {
  return Write{[command = std::move(command)](Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto line = create_line(tx, ctx, command);
    if (!line) return fail(std::move(line.error()));
    return created(*line);
  }};
}

Plan creation(CreateTwilioLine command) {
  return CarrierWrite{
      [command = std::move(command)](Transaction& tx, Context const& ctx) -> Result<CarrierWrite::Begun> {
        auto line = create_line(tx, ctx, command);
        if (!line) return fail(std::move(line.error()));
        return CarrierWrite::Begun{created(*line), line->id};
      },
      [](Transaction& tx, Context const& ctx, LineId const& id) -> Result<Answer> {
        auto line = end_creation(tx, ctx, id);
        if (!line) return fail(std::move(line.error()));
        return created(*line);
      }};
}

Result<Plan> post_line(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  auto command = read_create_line(call.body);
  return std::visit([](auto& c) { return creation(std::move(c)); }, command);
}

Result<Plan> sync_line(Call& call) {
  bool const take_back = call.query.boolean("take_back").value_or(false);
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  auto const changed = take_back ? ChangedElsewhere::take_back : ChangedElsewhere::leave;
  return CarrierWrite{[id = LineId{call.parameter()}, changed](
                          Transaction& tx, Context const& ctx) -> Result<CarrierWrite::Begun> {
                        auto line = begin_sync(tx, ctx, id, changed);
                        if (!line) return fail(std::move(line.error()));
                        return CarrierWrite::Begun{single(*line), line->id};
                      },
                      [](Transaction& tx, Context const& ctx, LineId const& id) -> Result<Answer> {
                        auto line = end_sync(tx, ctx, id);
                        if (!line) return fail(std::move(line.error()));
                        return single(*line);
                      }};
}

Result<Plan> get_line(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Read{
      ReadCost::bounded,
      [account = call.account(), id = LineId{call.parameter()}](Transaction const& tx) -> Result<Answer> {
        auto line = tx.lines().find(account, id);
        if (!line) return fail(not_found("phone number"));
        return single(*line);
      }};
}

Result<Plan> patch_line(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Write{
      [command = read_edit_line(call.body), id = LineId{call.parameter()},
       condition = call.condition(&line_json)](Transaction& tx, Context const& ctx) -> Result<Answer> {
        auto line = edit_line(tx, ctx, id, condition, command);
        if (!line) return fail(std::move(line.error()));
        return single(*line);
      }};
}

Answer deletion(LineId const& id, std::optional<Line> const& left) {
  if (!left) return deleted(id.value, "Phone number deleted");
  JsonWriter json;
  json.begin_object().key("id").string(id.value).key("deleted").boolean(false);
  json.key("status").string(to_string(left->status));
  json.key("message").string("Phone number is being released; it takes no more calls").end_object();
  return {.body = std::move(json).take()};
}

Result<Plan> delete_line_endpoint(Call& call) {
  // A pool number and a trunk's number leave with the line in any case; the choice is for numbers held at a
  // carrier.
  bool const release = call.query.boolean("release").value_or(false);
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return CarrierWrite{[id = LineId{call.parameter()}, condition = call.condition(&line_json),
                       at_carrier = release ? AtCarrier::release : AtCarrier::keep](
                          Transaction& tx, Context const& ctx) -> Result<CarrierWrite::Begun> {
                        auto left = delete_line(tx, ctx, id, condition, at_carrier);
                        if (!left) return fail(std::move(left.error()));
                        return CarrierWrite::Begun{deletion(id, *left),
                                                   *left ? std::optional(id) : std::nullopt};
                      },
                      [](Transaction& tx, Context const& ctx, LineId const& id) -> Result<Answer> {
                        auto left = end_deletion(tx, ctx, id);
                        if (!left) return fail(std::move(left.error()));
                        return deletion(id, *left);
                      }};
}

template <class T>
auto one_of(std::optional<T> (*parse)(std::string_view), char const* message) {
  return [parse, message](std::string_view text) -> Parsed<T> {
    auto value = parse(text);
    if (!value) return std::unexpected(std::string(message));
    return *value;
  };
}

Result<Plan> list_lines(Call& call) {
  LineFilter filter;
  filter.phone_number = call.query.parsed("phone_number", line_number);
  if (auto agent = call.query.parsed("ai_agent_id", chosen_id)) filter.ai_agent_id = AgentId{*agent};
  filter.provider = call.query.parsed("provider", one_of(parse_provider, "must be one of byo, twilio, pia"));
  filter.status = call.query.parsed(
      "status", one_of(parse_line_status, "must be one of provisioning, active, error, releasing"));
  auto page = finish_token_page(call);
  if (!page) return fail(std::move(page.error()));

  // A filter that fits little may walk many lines that do not.
  bool const looks_far = filter.ai_agent_id || filter.provider || filter.status;
  return Read{looks_far ? ReadCost::unbounded : ReadCost::bounded,
              [account = call.account(), filter = std::move(filter), page = std::move(*page), now = call.now,
               &env = call.env](Transaction const& tx) -> Result<Answer> {
                auto wanted = filter;
                if (filter.phone_number)
                  if (auto const line = find_line(tx, account, *filter.phone_number))
                    wanted.phone_number = line->phone_number;
                auto lines = tx.lines().list(account, wanted, keyset_from(page.cursor), page.size + 1);
                return keyset_page_answer(
                    "phone_numbers", std::move(lines), page, write_line,
                    [](Line const& l) { return to_cursor(l.created_at, l.id.value); }, env, account, now);
              }};
}

Result<Plan> get_line_history(Call& call) { return history_of(call, Entity::line, "phone number"); }

}  // namespace

std::vector<Route> line_routes() {
  return {
      {Method::get, "/phone_numbers", Scope::lines_read, list_lines},
      {Method::post, "/phone_numbers", Scope::lines_write, post_line},
      {Method::get, "/phone_numbers/{id}", Scope::lines_read, get_line},
      {Method::patch, "/phone_numbers/{id}", Scope::lines_write, patch_line},
      {Method::del, "/phone_numbers/{id}", Scope::lines_write, delete_line_endpoint},
      {Method::post, "/phone_numbers/{id}/sync", Scope::lines_write, sync_line, RateLimit::counted,
       BodyKind::none},
      {Method::get, "/phone_numbers/{id}/history", Scope::lines_read, get_line_history},
  };
}

}  // namespace linebook::http

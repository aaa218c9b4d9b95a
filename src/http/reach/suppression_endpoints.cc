// /api/v2/suppressions: numbers that are not to be reached, whosever they are.
#include "app/reach/suppressions.h"

#include <algorithm>

#include "http/codec/field_parsers.h"
#include "http/codec/json_writer.h"
#include "http/reach/reach_json.h"
#include "http/reach/routes.h"
#include "http/serving/endpoint.h"
#include "http/serving/paging.h"

namespace linebook::http {
namespace {

void read_channels(ObjectReader& reader, Suppress& command) {
  auto const* names = reader.array("channels");
  if (!reader.has("channels")) {
    reader.problem("channels", "is required: a list of call, text");
    return;
  }
  if (names == nullptr) return;
  if (names->empty() || names->size() > 2) reader.problem("channels", "must name call, text, or both");
  for (auto const& name : *names) {
    auto const* text = name.if_string();
    auto const named = text != nullptr ? parse_channel({text->data(), text->size()}) : std::nullopt;
    if (!named || std::ranges::count(command.channels, *named) > 0) {
      reader.problem("channels", "must name call, text, or both, each once");
      return;
    }
    command.channels.push_back(*named);
  }
}

Result<Plan> post_suppression(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  Suppress command;
  ObjectReader reader(call.body, command.problems);
  command.number = reader.required_text("number", ten_digits);
  read_channels(reader, command);
  command.reason = reader
                       .required_text("reason",
                                      [](std::string_view text) -> Parsed<std::string> {
                                        if (text.empty()) return complain("must say why");
                                        return remark(text, max_suppression_reason);
                                      })
                       .value_or("");
  reader.refuse_unknown();
  return Write{[command = std::move(command)](Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto suppressed = suppress(tx, ctx, command);
    if (!suppressed) return fail(std::move(suppressed.error()));
    JsonWriter json;
    write_suppression(json, suppressed->suppression);
    return Answer{.status = suppressed->changed ? 201 : 200, .body = std::move(json).take()};
  }};
}

Result<Plan> list_suppressions(Call& call) {
  auto const page = read_offset_page(call.query);
  auto const number =
      call.query.parsed("number", [](std::string_view text) { return ten_digits(with_plus(text)); });
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Read{number ? ReadCost::bounded : ReadCost::unbounded,
              [account = call.account(), number, page](Transaction const& tx) -> Result<Answer> {
                if (!number)
                  return offset_page_answer(tx.suppressions().list(account, page.limit, page.offset), page,
                                            write_suppression);
                CountedPage<Suppression> found;
                if (auto one = tx.suppressions().find(account, *number)) {
                  found.total = 1;
                  if (page.offset == 0) found.items.push_back(std::move(*one));
                }
                return offset_page_answer(found, page, write_suppression);
              }};
}

Result<Plan> delete_suppression(Call& call) {
  auto const one = call.query.parsed("channel", channel);
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  auto const number = ten_digits(with_plus(call.parameter()));
  if (!number) return fail(not_found("suppression"));
  return Write{[number = *number, one](Transaction& tx, Context const& ctx) -> Result<Answer> {
    if (auto lifted = lift_suppression(tx, ctx, number, one); !lifted) return fail(std::move(lifted.error()));
    return deleted(number.view(), "Suppression removed");
  }};
}

}  // namespace

std::vector<Route> suppression_routes() {
  return {{Method::get, "/api/v2/suppressions", Scope::reach_read, list_suppressions},
          {Method::post, "/api/v2/suppressions", Scope::reach_write, post_suppression},
          {Method::del, "/api/v2/suppressions/{number}", Scope::admin, delete_suppression}};
}

}  // namespace linebook::http

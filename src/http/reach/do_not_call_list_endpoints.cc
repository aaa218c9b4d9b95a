// /do-not-call-lists: which lists of the registries decisions look into, and how old they are.
#include "base/calendar_date.h"
#include "domain/reach/decision.h"
#include "http/codec/json_writer.h"
#include "http/reach/routes.h"
#include "http/serving/endpoint.h"

namespace linebook::http {
namespace {

Result<Plan> get_do_not_call_lists(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  auto const& lists = call.env.reach.lists;
  JsonWriter json;
  json.begin_object().key("lists").begin_array();
  for (auto const& list : lists.loaded()) {
    auto const day = parse_date(list.as_of);
    json.begin_object().key("name").string(list.name).key("as_of").string(list.as_of);
    json.key("age_days").number(day ? std::int64_t{utc_day(call.now)} - *day : 0);
    json.key("numbers").number(static_cast<std::int64_t>(list.numbers)).end_object();
  }
  // Which file, and why, is the operator's to read.
  json.end_array().key("damaged").boolean(!lists.troubles().empty());
  json.key("national_valid_days").number(std::int64_t{national_list_validity.count()}).end_object();
  return Answer{.body = std::move(json).take()};
}

}  // namespace

std::vector<Route> do_not_call_list_routes() {
  return {{Method::get, "/do-not-call-lists", Scope::reach_read, get_do_not_call_lists}};
}

}  // namespace linebook::http

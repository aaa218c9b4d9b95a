// /pool: which area codes a line can be had of.
#include <algorithm>

#include "http/codec/json_writer.h"
#include "http/lines/routes.h"
#include "http/serving/endpoint.h"

namespace linebook::http {
namespace {

constexpr std::int64_t max_pool_areas = 1000;
/// More are not told: how much the operator has is the operator's.
constexpr std::int64_t max_pool_numbers_told = 10;

Result<Plan> get_pool(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Read{ReadCost::unbounded, [now = call.now](Transaction const& tx) -> Result<Answer> {
                JsonWriter json;
                json.begin_object().key("area_codes").begin_array();
                for (auto const& area : tx.pool().areas(now, max_pool_areas))
                  json.begin_object()
                      .key("country_code")
                      .string(area.country_code)
                      .key("area_code")
                      .string(area.area_code)
                      .key("available")
                      .number(std::min(area.available, max_pool_numbers_told))
                      .end_object();
                json.end_array().end_object();
                return Answer{.body = std::move(json).take()};
              }};
}

}  // namespace

std::vector<Route> pool_routes() { return {{Method::get, "/pool", Scope::lines_read, get_pool}}; }

}  // namespace linebook::http

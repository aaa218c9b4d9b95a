// /node: where its books are, and how much room is left, for whoever operates it.
#include "http/codec/json_writer.h"
#include "http/operation/routes.h"

namespace linebook::http {
namespace {

void write_disk(JsonWriter& json, std::optional<DiskReport> const& disk) {
  json.key("disk");
  if (!disk) {
    json.null();
    return;
  }
  json.begin_object().key("bytes").number(disk->bytes).key("free_bytes").number(disk->free_bytes);
  json.end_object();
}

void write_database(JsonWriter& json, Call const& call, std::optional<DiskReport> const& disk) {
  auto const* server = call.env.database;
  json.key("database").begin_object().key("kind").string(server == nullptr ? "embedded" : "postgresql");
  json.key("ready").boolean(!call.env.store.trouble());
  json.key("bytes");
  bool const is_here = server == nullptr && disk && disk->database_bytes;
  is_here ? json.number(*disk->database_bytes) : json.null();
  json.key("connections");
  if (server == nullptr) {
    json.null();
  } else {
    auto const report = server->report();
    json.begin_object().key("in_use").number(report.connections_in_use).key("limit");
    json.number(report.connections).end_object();
  }
  json.end_object();
}

Result<Plan> get_node(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  auto const disk = call.env.disk.report();
  auto const zones = call.env.reach.zones.version();
  JsonWriter json;
  json.begin_object();
  write_database(json, call, disk);
  write_disk(json, disk);
  json.key("tz_database");
  zones.empty() ? json.null() : json.string(zones);
  json.end_object();
  return Answer{.body = std::move(json).take()};
}

}  // namespace

std::vector<Route> node_routes() { return {{Method::get, "/node", Scope::admin, get_node}}; }

}  // namespace linebook::http

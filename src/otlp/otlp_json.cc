#include "otlp/otlp_json.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace linebook {
namespace {

namespace json = boost::json;

constexpr int status_error = 2;

/// 64-bit integers are strings in Protobuf's JSON.
json::object otlp_value(std::variant<std::int64_t, std::string> const& value) {
  if (auto const* number = std::get_if<std::int64_t>(&value)) return {{"intValue", std::to_string(*number)}};
  return {{"stringValue", std::get<std::string>(value)}};
}

json::object otlp_attribute(std::string_view key, std::variant<std::int64_t, std::string> const& value) {
  return {{"key", key}, {"value", otlp_value(value)}};
}

std::string unix_nanoseconds(TraceClock::time_point at, std::chrono::system_clock::duration epoch) {
  auto const since = at.time_since_epoch() + std::chrono::duration_cast<TraceClock::duration>(epoch);
  return std::to_string(std::chrono::duration_cast<std::chrono::nanoseconds>(since).count());
}

json::object otlp_span(Span const& span, std::chrono::system_clock::duration epoch) {
  json::object out{{"traceId", trace_id_text(span.context)},
                   {"spanId", span_id_text(span.context.span)},
                   {"name", span.name},
                   {"kind", static_cast<int>(span.kind)},
                   {"startTimeUnixNano", unix_nanoseconds(span.started, epoch)},
                   {"endTimeUnixNano", unix_nanoseconds(span.ended, epoch)}};
  if (span.parent != 0) out["parentSpanId"] = span_id_text(span.parent);
  json::array attributes;
  for (auto const& [key, value] : span.notes) attributes.push_back(otlp_attribute(key, value));
  if (!attributes.empty()) out["attributes"] = std::move(attributes);
  if (span.failed) out["status"] = json::object{{"code", status_error}};
  return out;
}

}  // namespace

std::chrono::system_clock::duration trace_clock_epoch() {
  return std::chrono::system_clock::now().time_since_epoch() -
         std::chrono::duration_cast<std::chrono::system_clock::duration>(
             TraceClock::now().time_since_epoch());
}

std::string spans_as_otlp_json(TraceResource const& resource, std::span<Span const> spans,
                               std::chrono::system_clock::duration epoch) {
  json::array told;
  for (auto const& span : spans) told.push_back(otlp_span(span, epoch));
  json::object scope_spans{{"scope", json::object{{"name", "linebook"}, {"version", resource.version}}},
                           {"spans", std::move(told)}};
  json::array about{otlp_attribute("service.name", std::string("linebook")),
                    otlp_attribute("service.version", resource.version),
                    otlp_attribute("service.instance.id", resource.instance)};
  json::object resource_spans{{"resource", json::object{{"attributes", std::move(about)}}},
                              {"scopeSpans", json::array{std::move(scope_spans)}}};
  return json::serialize(json::object{{"resourceSpans", json::array{std::move(resource_spans)}}});
}

}  // namespace linebook

#include "store/encoding/dial_plan_encoding.h"

#include <chrono>
#include <utility>

#include "store/encoding/stored_json.h"

namespace linebook {
namespace {

namespace json = boost::json;

constexpr char const* unreadable_plan = "the database holds an unreadable plan of a dial list";

json::string json_string(std::string_view text) { return json::string(text.data(), text.size()); }

json::value json_time(std::optional<Instant> const& at) {
  return at ? json::value(at->milliseconds) : json::value();
}
json::value json_optional(std::optional<std::string> const& text) {
  return text ? json::value(json_string(*text)) : json::value();
}

json::value encode_filter(std::optional<DialFilter> const& filter) {
  if (!filter) return {};
  return json::object{
      {"person_type", json_string(to_string(filter->person_type))},
      {"text", json_optional(filter->text)},
      {"phone_type",
       filter->phone_type ? json::value(json_string(to_string(*filter->phone_type))) : json::value()},
      {"verified", filter->verified ? json::value(*filter->verified) : json::value()},
      {"state", json_optional(filter->state)}};
}

std::optional<std::string> optional_text(json::value const& value) {
  if (value.is_null()) return std::nullopt;
  return std::string(stored_text(value));
}

std::optional<DialFilter> decode_filter(json::value const& value) {
  if (value.is_null()) return std::nullopt;
  auto const& f = value.as_object();
  DialFilter filter{
      .person_type = known(parse_person_type(stored_text(f.at("person_type"))), unreadable_plan),
      .text = optional_text(f.at("text")),
      .state = optional_text(f.at("state"))};
  if (auto const& type = f.at("phone_type"); !type.is_null())
    filter.phone_type = known(parse_phone_type(stored_text(type)), unreadable_plan);
  if (auto const& verified = f.at("verified"); !verified.is_null()) filter.verified = verified.as_bool();
  return filter;
}

}  // namespace

std::string encode_dial_plan(DialList const& l) {
  json::array lines, types;
  for (auto const& line : l.lines) lines.push_back(json_string(line.value));
  for (auto const type : l.phone_types) types.push_back(json_string(to_string(type)));
  return json::serialize(
      json::object{{"lines", std::move(lines)},
                   {"phone_types", std::move(types)},
                   {"max_attempts", l.max_attempts},
                   {"retry_after", json::array{l.retry_after.no_answer.count(), l.retry_after.busy.count(),
                                               l.retry_after.voicemail.count()}},
                   {"starts_at", json_time(l.starts_at)},
                   {"ends_at", json_time(l.ends_at)},
                   {"dialer", json_string(to_string(l.dialer))},
                   {"calls_at_once", l.calls_at_once},
                   {"calls_per_second", l.calls_per_second},
                   {"ai_agent", l.ai_agent ? json::value(json_string(l.ai_agent->value)) : json::value()},
                   {"voicemail", json_string(to_string(l.voicemail))},
                   {"filter", encode_filter(l.filter)}});
}

void decode_dial_plan(std::string_view document, DialList& into) {
  read_stored_json(document, unreadable_plan, [&into](json::value const& value) {
    auto const& plan = value.as_object();
    for (auto const& line : plan.at("lines").as_array())
      into.lines.push_back(LineId{std::string(stored_text(line))});
    for (auto const& type : plan.at("phone_types").as_array())
      into.phone_types.push_back(known(parse_phone_type(stored_text(type)), unreadable_plan));
    into.max_attempts = static_cast<int>(plan.at("max_attempts").as_int64());
    auto const& retry = plan.at("retry_after").as_array();
    into.retry_after = {.no_answer = std::chrono::seconds(retry.at(0).as_int64()),
                        .busy = std::chrono::seconds(retry.at(1).as_int64()),
                        .voicemail = std::chrono::seconds(retry.at(2).as_int64())};
    into.starts_at = stored_instant(plan.at("starts_at"));
    into.ends_at = stored_instant(plan.at("ends_at"));
    into.dialer = known(parse_dialer(stored_text(plan.at("dialer"))), unreadable_plan);
    into.calls_at_once = plan.at("calls_at_once").as_int64();
    into.calls_per_second = plan.at("calls_per_second").to_number<double>();
    into.ai_agent = stored_id<struct AgentKind>(plan.at("ai_agent"));
    into.voicemail = known(parse_voicemail(stored_text(plan.at("voicemail"))), unreadable_plan);
    into.filter = decode_filter(plan.at("filter"));
    return true;
  });
}

}  // namespace linebook

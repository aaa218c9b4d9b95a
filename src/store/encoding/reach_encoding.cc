#include "store/encoding/reach_encoding.h"

#include "base/calendar_date.h"
#include "store/encoding/canonical_columns.h"
#include "store/encoding/json_text.h"
#include "store/encoding/stored_json.h"

namespace linebook {
namespace {

namespace json = boost::json;

constexpr char const* unreadable_decision = "the database holds an unreadable decision";
constexpr char const* unreadable_policy = "the database holds an unreadable policy";

void append_time(std::string& out, std::optional<Instant> const& at) {
  out += at ? std::to_string(at->milliseconds) : "null";
}

template <class Kind>
void append_id(std::string& out, std::optional<Id<Kind>> const& id) {
  if (id)
    append_json_text(out, id->value);
  else
    out += "null";
}

template <class Items, class Append>
void append_list(std::string& out, Items const& items, Append append) {
  char before = '[';
  for (auto const& item : items) {
    out += before;
    append(item);
    before = ',';
  }
  out += items.empty() ? "[]" : "]";
}

}  // namespace

std::string encode_decision(Decision const& d) {
  auto const& v = d.verdict;
  std::string out;
  out.reserve(512);
  out += R"({"phone":)";
  append_id(out, d.phone);
  out += R"(,"line":)";
  append_id(out, d.line);
  out += R"(,"voice":)";
  append_json_text(out, to_string(d.voice));
  out += R"(,"people":)";
  append_list(out, d.people, [&out](DecidedPerson const& person) {
    append_json_text(out += '[', to_string(person.ref.type));
    append_json_text(out += ',', person.ref.id.value);
    append_json_text(out += ',', person.name);
    out += ']';
  });
  out += R"(,"zones":)";
  std::size_t zone = 0;
  append_list(out, v.timezones, [&](std::string const& name) {
    append_json_text(out += '[', name);
    out += ',' + std::to_string(v.utc_offsets[zone++].count()) + ']';
  });
  out += R"(,"reasons":)";
  append_list(out, v.reasons, [&out](Reason const& reason) {
    append_json_text(out += '[', to_string(reason.code));
    append_json_text(out += ',', reason.message);
    append_time(out += ',', reason.until);
    out += ']';
  });
  append_time(out += R"(,"next_allowed":)", v.next_allowed_at);
  append_time(out += R"(,"valid_until":)", v.valid_until);
  out += R"(,"policy":)" + std::to_string(d.policy_version);
  if (v.zone_source) append_json_text(out += R"(,"zone_source":)", to_string(*v.zone_source));
  return out += '}';
}

void decode_decision(std::string_view document, Decision& into) {
  read_stored_json(document, unreadable_decision, [&into](json::value const& value) {
    auto const& d = value.as_object();
    into.phone = stored_id<struct ContactNumberKind>(d.at("phone"));
    into.line = stored_id<struct LineKind>(d.at("line"));
    into.voice = known(parse_voice(stored_text(d.at("voice"))), unreadable_decision);
    for (auto const& row : d.at("people").as_array()) {
      auto const& person = row.as_array();
      into.people.push_back({{known(parse_person_type(stored_text(person.at(0))), unreadable_decision),
                              PersonId{std::string(stored_text(person.at(1)))}},
                             std::string(stored_text(person.at(2)))});
    }
    auto& verdict = into.verdict;
    for (auto const& row : d.at("zones").as_array()) {
      verdict.timezones.emplace_back(stored_text(row.as_array().at(0)));
      verdict.utc_offsets.emplace_back(row.as_array().at(1).as_int64());
    }
    for (auto const& row : d.at("reasons").as_array()) {
      auto const& reason = row.as_array();
      verdict.reasons.push_back({known(parse_reason_code(stored_text(reason.at(0))), unreadable_decision),
                                 std::string(stored_text(reason.at(1))), stored_instant(reason.at(2))});
    }
    verdict.next_allowed_at = stored_instant(d.at("next_allowed"));
    verdict.valid_until = stored_instant(d.at("valid_until"));
    into.policy_version = d.at("policy").as_int64();
    if (auto const* source = d.if_contains("zone_source"))
      verdict.zone_source = known(parse_zone_source(stored_text(*source)), unreadable_decision);
    return true;
  });
}

std::string canonical_decision(DecisionColumns const& d) {
  std::string out;
  out.reserve(200 + d.document.size());
  append_canonical(out, std::to_string(d.account.value));
  append_canonical(out, std::to_string(d.sequence));
  append_canonical(out, d.id);
  append_canonical(out, std::to_string(d.at_milliseconds));
  for (auto const column : {d.number, d.channel, d.purpose, std::string_view(d.allowed ? "1" : "0"), d.actor,
                            d.request_id, d.document})
    append_canonical(out, column);
  return out;
}

std::string encode_policy(ContactPolicy const& p) {
  json::array hours, attempts, holidays;
  for (auto const& window : p.hours) hours.push_back(json::string(window.str()));
  for (auto const& caps : p.attempts) {
    json::array of_purpose;
    for (auto const& cap : caps) of_purpose.push_back(json::array{cap.max, cap.hours});
    attempts.push_back(std::move(of_purpose));
  }
  for (auto const day : p.holidays) holidays.push_back(json::string(to_date_text(day)));
  return json::serialize(json::object{{"hours", std::move(hours)},
                                      {"attempts", std::move(attempts)},
                                      {"holidays", std::move(holidays)},
                                      {"state_rules", p.state_rules},
                                      {"require_list", p.require_list},
                                      {"help_text", p.help_text},
                                      {"texts_kept_days", p.texts_kept_days}});
}

ContactPolicy decode_policy(std::string_view document) {
  return read_stored_json(document, unreadable_policy, [](json::value const& value) {
    auto const& p = value.as_object();
    auto policy = ContactPolicy::defaults();
    for (std::size_t i = 0; i < purposes_with_rules; ++i) {
      policy.hours[i] =
          known(ContactWindow::parse(stored_text(p.at("hours").as_array().at(i))), unreadable_policy);
      policy.attempts[i].clear();
      for (auto const& cap : p.at("attempts").as_array().at(i).as_array())
        policy.attempts[i].push_back({cap.as_array().at(0).as_int64(), cap.as_array().at(1).as_int64()});
    }
    for (auto const& day : p.at("holidays").as_array())
      policy.holidays.push_back(known(parse_date(stored_text(day)), unreadable_policy));
    policy.state_rules = p.at("state_rules").as_bool();
    policy.require_list = p.at("require_list").as_bool();
    // Unknown to those who wrote before there were texts.
    if (auto const* help = p.if_contains("help_text")) policy.help_text = stored_text(*help);
    if (auto const* days = p.if_contains("texts_kept_days")) policy.texts_kept_days = days->as_int64();
    return policy;
  });
}

}  // namespace linebook

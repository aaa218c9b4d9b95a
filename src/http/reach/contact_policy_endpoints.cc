// GET and PUT /policy: when, how often and by which rules this account reaches people.
#include <algorithm>
#include <array>

#include "app/reach/contact_policies.h"
#include "base/calendar_date.h"
#include "http/codec/field_parsers.h"
#include "http/codec/json_writer.h"
#include "http/contacts/person_json.h"
#include "http/reach/routes.h"
#include "http/serving/endpoint.h"

namespace linebook::http {
namespace {

constexpr std::array purposes{Purpose::care, Purpose::service, Purpose::marketing};

void write_rules(JsonWriter& json, ContactPolicy const& p) {
  json.key("hours").begin_object();
  for (auto const purpose : purposes)
    write_contact_window(json.key(to_string(purpose)), p.hours_for(purpose));
  json.end_object().key("attempts").begin_object();
  for (auto const purpose : purposes) {
    json.key(to_string(purpose)).begin_array();
    for (auto const& cap : p.caps_for(purpose))
      json.begin_object().key("max").number(cap.max).key("hours").number(cap.hours).end_object();
    json.end_array();
  }
  json.end_object().key("state_rules").boolean(p.state_rules).key("holidays").begin_array();
  for (auto const day : p.holidays) json.string(to_date_text(day));
  json.end_array().key("require_list").boolean(p.require_list);
  json.key("help_text").string(p.help_text).key("texts_kept_days").number(p.texts_kept_days);
}

std::string policy_json(PolicyInForce const& in_force) {
  auto const& [policy, hours] = in_force;
  JsonWriter json;
  json.begin_object();
  write_rules(json, policy);
  json.key("version").number(policy.version).key("updated_at").time(policy.updated_at);
  json.key("state_hours").begin_object().key("source").string(hours->source());
  json.key("as_of").string(hours->as_of()).end_object().end_object();
  return std::move(json).take();
}

Answer policy_answer(PolicyInForce const& in_force) {
  return {.body = policy_json(in_force), .tag = Answer::Tag::entity};
}

Result<Plan> get_policy(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Read{ReadCost::bounded,
              [account = call.account(), &hours = call.env.reach.calling_hours](Transaction const& tx)
                  -> Result<Answer> { return policy_answer(policy_in_force(tx, account, hours)); }};
}

void read_hours(ObjectReader& reader, ReplacePolicy& command) {
  auto const* hours = reader.object("hours");
  if (hours == nullptr) return;
  ObjectReader each(*hours, command.problems, "hours.");
  for (auto const purpose : purposes) {
    auto const name = to_string(purpose);
    auto const* window = each.object(name);
    if (window == nullptr) continue;
    if (auto read = read_contact_window(*window, "hours." + std::string(name) + ".", command.problems))
      command.policy.hours[static_cast<std::size_t>(purpose)] = *read;
  }
  each.refuse_unknown();
}

void read_caps(boost::json::array const& items, std::string const& prefix, Problems& problems,
               std::vector<AttemptCap>& caps) {
  caps.clear();
  for (std::size_t i = 0; i < items.size(); ++i) {
    ObjectReader item(items[i], problems, prefix + "[" + std::to_string(i) + "].");
    auto const max = item.integer("max", 0, max_cap);
    auto const hours = item.integer("hours", 1, max_cap_hours);
    for (auto const* name : {"max", "hours"})
      if (items[i].is_object() && !item.mentions(name)) item.problem(name, "is required");
    item.refuse_unknown();
    if (max && hours) caps.push_back({*max, *hours});
  }
}

void read_attempts(ObjectReader& reader, ReplacePolicy& command) {
  auto const* attempts = reader.object("attempts");
  if (attempts == nullptr) return;
  ObjectReader each(*attempts, command.problems, "attempts.");
  for (auto const purpose : purposes) {
    auto const name = to_string(purpose);
    auto const* items = each.array(name);
    if (items == nullptr) continue;
    if (items->size() > max_caps) {
      each.problem(name, "must hold at most " + std::to_string(max_caps) + " caps");
      continue;
    }
    read_caps(*items, "attempts." + std::string(name), command.problems,
              command.policy.attempts[static_cast<std::size_t>(purpose)]);
  }
  each.refuse_unknown();
}

void read_holidays(ObjectReader& reader, ReplacePolicy& command) {
  auto const* dates = reader.array("holidays");
  if (dates == nullptr) return;
  if (dates->size() > max_holidays) {
    reader.problem("holidays", "must hold at most " + std::to_string(max_holidays) + " dates");
    return;
  }
  auto& days = command.policy.holidays;
  for (auto const& date : *dates) {
    auto const* text = date.if_string();
    auto const day = text != nullptr ? parse_date({text->data(), text->size()}) : std::nullopt;
    if (!day) {
      reader.problem("holidays", "must be dates such as 2026-12-25");
      return;
    }
    days.push_back(*day);
  }
  std::ranges::sort(days);
  auto const repeated = std::ranges::unique(days);
  days.erase(repeated.begin(), repeated.end());
}

Parsed<std::string> help_text(std::string_view text) {
  if (text.empty()) return complain("must not be empty");
  return remark(text, max_help_text);
}

Result<Plan> put_policy(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  ReplacePolicy command;
  ObjectReader reader(call.body, command.problems);
  read_hours(reader, command);
  read_attempts(reader, command);
  read_holidays(reader, command);
  command.policy.state_rules = reader.boolean("state_rules").value_or(true);
  command.policy.require_list = reader.boolean("require_list").value_or(true);
  if (auto text = reader.text("help_text", help_text)) command.policy.help_text = std::move(*text);
  if (auto const days = reader.integer("texts_kept_days", 1, max_texts_kept_days))
    command.policy.texts_kept_days = *days;
  reader.refuse_unknown();
  return Write{
      [command = std::move(command), &hours = call.env.reach.calling_hours,
       condition = call.condition(&policy_json)](Transaction& tx, Context const& ctx) -> Result<Answer> {
        auto replaced = replace_policy(tx, ctx, hours, condition, command);
        if (!replaced) return fail(std::move(replaced.error()));
        return policy_answer(*replaced);
      }};
}

}  // namespace

std::vector<Route> contact_policy_routes() {
  return {{Method::get, "/policy", Scope::reach_read, get_policy},
          {Method::put, "/policy", Scope::admin, put_policy}};
}

}  // namespace linebook::http

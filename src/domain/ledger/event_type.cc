#include "domain/ledger/event_type.h"

namespace linebook {
namespace {

constexpr std::string_view policy_word = "policy";

struct EventType {
  Entity entity;
  Action action;
};

/// All that happens in an account, as docs/EVENTS.md and EventType in api/openapi.yaml list it. What is the
/// whole installation's, such as the pool, is in no account's ledger.
constexpr EventType event_types[] = {
    {Entity::account, Action::created},        {Entity::account, Action::updated},
    {Entity::account, Action::suspended},      {Entity::api_key, Action::created},
    {Entity::api_key, Action::revoked},        {Entity::ai_agent, Action::created},
    {Entity::ai_agent, Action::updated},       {Entity::ai_agent, Action::deleted},
    {Entity::line, Action::created},           {Entity::line, Action::updated},
    {Entity::line, Action::deleted},           {Entity::line, Action::released},
    {Entity::patient, Action::created},        {Entity::patient, Action::updated},
    {Entity::doctor, Action::created},         {Entity::doctor, Action::updated},
    {Entity::contact_number, Action::created}, {Entity::contact_number, Action::updated},
    {Entity::contact_number, Action::deleted}, {Entity::call, Action::created},
    {Entity::call, Action::updated},           {Entity::message, Action::created},
    {Entity::message, Action::updated},        {Entity::dial_list, Action::created},
    {Entity::dial_list, Action::updated},      {Entity::consent, Action::created},
    {Entity::suppression, Action::created},    {Entity::suppression, Action::updated},
    {Entity::suppression, Action::deleted},    {Entity::contact_policy, Action::updated},
    {Entity::webhook, Action::created},        {Entity::webhook, Action::updated},
    {Entity::webhook, Action::deleted},        {Entity::webhook, Action::disabled},
    {Entity::fhir_source, Action::created},    {Entity::fhir_source, Action::updated},
    {Entity::fhir_source, Action::deleted},    {Entity::session, Action::created},
    {Entity::session, Action::revoked},        {Entity::import_run, Action::finished},
    {Entity::saved_list, Action::created},     {Entity::saved_list, Action::updated},
    {Entity::saved_list, Action::deleted}};

std::string_view event_word(Entity entity) {
  return entity == Entity::contact_policy ? policy_word : to_string(entity);
}

std::optional<Entity> entity_of_word(std::string_view word) {
  if (word == policy_word) return Entity::contact_policy;
  auto const entity = parse_entity(word);
  return entity == Entity::contact_policy ? std::nullopt : entity;
}

}  // namespace

std::string event_type(Entity entity, Action action) {
  return std::string(event_word(entity)) + "." + std::string(to_string(action));
}

std::optional<EventPattern> parse_event_pattern(std::string_view text) {
  if (text == "*") return EventPattern{};
  auto const dot = text.find('.');
  if (dot == text.npos) return std::nullopt;
  EventPattern pattern;
  pattern.entity = entity_of_word(text.substr(0, dot));
  if (!pattern.entity) return std::nullopt;
  auto const action = text.substr(dot + 1);
  if (action == "*") return pattern;
  pattern.action = parse_action(action);
  return pattern.action ? std::optional(pattern) : std::nullopt;
}

bool ever_happens(EventPattern const& pattern) {
  return std::ranges::any_of(event_types,
                             [&](EventType const& type) { return pattern.fits(type.entity, type.action); });
}

std::string to_string(EventPattern const& pattern) {
  if (!pattern.entity) return "*";
  return std::string(event_word(*pattern.entity)) + "." +
         std::string(pattern.action ? to_string(*pattern.action) : "*");
}

std::optional<std::vector<EventPattern>> parse_event_patterns(std::string_view text) {
  std::vector<EventPattern> patterns;
  for (;;) {
    auto const comma = text.find(',');
    auto const pattern = parse_event_pattern(text.substr(0, comma));
    if (!pattern || patterns.size() == max_event_patterns) return std::nullopt;
    patterns.push_back(*pattern);
    if (comma == text.npos) return patterns;
    text.remove_prefix(comma + 1);
  }
}

std::string to_string(std::vector<EventPattern> const& patterns) {
  std::string text;
  for (auto const& pattern : patterns) text += (text.empty() ? "" : ",") + to_string(pattern);
  return text;
}

}  // namespace linebook

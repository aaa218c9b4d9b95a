#include "domain/ledger/ledger_entry.h"

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<Entity> entities[] = {{Entity::account, "account"},
                                         {Entity::api_key, "api_key"},
                                         {Entity::ai_agent, "ai_agent"},
                                         {Entity::line, "line"},
                                         {Entity::pool_number, "pool_number"},
                                         {Entity::patient, "patient"},
                                         {Entity::doctor, "doctor"},
                                         {Entity::contact_number, "contact_number"},
                                         {Entity::call, "call"},
                                         {Entity::message, "message"},
                                         {Entity::dial_list, "dial_list"},
                                         {Entity::consent, "consent"},
                                         {Entity::suppression, "suppression"},
                                         {Entity::contact_policy, "contact_policy"},
                                         {Entity::calling_hours, "calling_hours"},
                                         {Entity::webhook, "webhook"},
                                         {Entity::fhir_source, "fhir_source"},
                                         {Entity::import_run, "import"},
                                         {Entity::session, "session"},
                                         {Entity::saved_list, "saved_list"}};
constexpr Spelling<Action> actions[] = {
    {Action::created, "created"},     {Action::updated, "updated"},     {Action::deleted, "deleted"},
    {Action::revoked, "revoked"},     {Action::suspended, "suspended"}, {Action::released, "released"},
    {Action::withdrawn, "withdrawn"}, {Action::disabled, "disabled"},   {Action::finished, "finished"}};

}  // namespace

std::string_view to_string(Entity e) { return spell(entities, e); }
std::optional<Entity> parse_entity(std::string_view text) { return unspell(entities, text); }
std::string_view to_string(Action a) { return spell(actions, a); }
std::optional<Action> parse_action(std::string_view text) { return unspell(actions, text); }

std::vector<FieldChange> difference(Fields was, Fields is) {
  std::vector<FieldChange> changes;
  auto const& names = was.empty() ? is : was;
  changes.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    FieldValue before = was.empty() ? FieldValue() : std::move(was[i].value);
    FieldValue after = is.empty() ? FieldValue() : std::move(is[i].value);
    if (before == after) continue;
    auto const& [name, value, secrecy] = names[i];
    if (secrecy == Secrecy::secret)
      changes.push_back({std::string(name), {}, {}, Secrecy::secret});
    else
      changes.push_back({std::string(name), std::move(before), std::move(after), Secrecy::open});
  }
  return changes;
}

std::string event_id(std::int64_t sequence) {
  auto digits = std::to_string(sequence);
  return "evt_" + std::string(digits.size() < 16 ? 16 - digits.size() : 0, '0') + digits;
}

}  // namespace linebook

// One change, as the ledger keeps it for ever: who did what to which thing, and what each field was and is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/instant.h"

namespace linebook {

enum class Entity {
  account,
  api_key,
  ai_agent,
  line,
  pool_number,
  patient,
  doctor,
  contact_number,
  call,
  message,
  dial_list,
  consent,
  suppression,
  contact_policy,
  calling_hours,
  webhook,
  fhir_source,
  import_run,
  session,
  saved_list
};
enum class Action { created, updated, deleted, revoked, suspended, released, withdrawn, disabled, finished };

std::string_view to_string(Entity);
std::optional<Entity> parse_entity(std::string_view);
std::string_view to_string(Action);
std::optional<Action> parse_action(std::string_view);

/// A field's value: null, a flag, a number or text.
using FieldValue = std::variant<std::monostate, bool, std::int64_t, std::string>;

/// A secret only tells that it changed: both values stay null.
enum class Secrecy { open, secret };

struct FieldChange {
  std::string field;
  FieldValue was;
  FieldValue is;
  Secrecy secrecy = Secrecy::open;

  bool operator==(FieldChange const&) const = default;
};

/// The fields of a thing as the ledger names them, in the API's order.
struct Field {
  std::string_view name;
  FieldValue value;
  Secrecy secrecy = Secrecy::open;
};
using Fields = std::vector<Field>;

/// What differs, field by field. With an empty `was` every non-null field of `is` counts as set, and the
/// other way round. Both lists, where not empty, name the same fields in the same order.
std::vector<FieldChange> difference(Fields was, Fields is);

struct LedgerEntry {
  std::int64_t sequence = 0;  // per account, from 1, without gaps; given by the store
  Instant at;                 // likewise never before the entry that precedes it
  std::string actor;          // the API key's id, or "operator" for the command line
  std::string request_id;
  Entity entity;
  std::string entity_id;
  Action action;
  std::vector<FieldChange> changes;
};

/// The public id of an entry: "evt_" and its sequence, sortable.
std::string event_id(std::int64_t sequence);

}  // namespace linebook

// What jobs of a batch claim: the things that a use case decides about as a whole.
#pragma once

#include <string>
#include <string_view>

#include "app/ports/idempotency.h"
#include "domain/contacts/person.h"

namespace linebook::postgres {

inline std::string claim_in(AccountId account, std::string_view kind, std::string_view id) {
  std::string key = std::to_string(account.value);
  for (auto const part : {kind, id}) {
    key += '/';
    key += part;
  }
  return key;
}

/// A person with all numbers, primaries and remembered do-not-calls.
inline std::string claim_on_person(AccountId account, PersonRef const& person) {
  return claim_in(account, to_string(person.type), person.id.value);
}
inline std::string claim_on_agent(AccountId account, AgentId const& id) {
  return claim_in(account, "agent", id.value);
}
inline std::string claim_on_line(AccountId account, LineId const& id) {
  return claim_in(account, "line", id.value);
}
inline std::string claim_on_carrier_task(AccountId account, LineId const& line) {
  return claim_in(account, "task", line.value);
}
inline std::string claim_on_call(AccountId account, std::string_view carrier_sid) {
  return claim_in(account, "call", carrier_sid);
}
/// A line's number, wherever in the installation it may be.
inline std::string claim_on_line_number(std::string_view number) { return claim_in({}, "number", number); }
inline std::string claim_on_seals(AccountId account) { return claim_in(account, "seals", ""); }
inline std::string claim_on_answer(IdempotencySlot const& slot) {
  return claim_in(slot.account, slot.key_id + ' ' + slot.route, slot.key);
}
/// The pool is one: whoever is given a number from it has seen what others of the batch were given.
inline constexpr char const* claim_on_pool = "pool";

}  // namespace linebook::postgres

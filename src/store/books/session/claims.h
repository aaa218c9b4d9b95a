// What jobs claim: the things that a use case decides about as a whole. A claim keeps the other jobs of the
// same transaction away, as row locks keep other transactions away.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "app/ports/idempotency.h"
#include "domain/contacts/person.h"
#include "domain/numbers/ten_digits.h"
#include "domain/reach/decision_id.h"

namespace linebook::books {

/// What a job gets when it asks for a thing that others of its transaction may hold.
enum class Claim {
  held_already,
  at_once,
  after_others,  // they may have changed it: what was read of it before is old
};

/// Points into what it was made of: an engine that runs one job at a time never looks at it.
struct ClaimKey {
  AccountId account;
  std::array<std::string_view, 3> parts;

  std::string str() const {
    std::string key = std::to_string(account.value);
    for (auto const part : parts) {
      if (part.empty()) continue;
      key += '/';
      key += part;
    }
    return key;
  }
};

/// A person with all numbers, primaries and remembered do-not-calls.
inline ClaimKey claim_on_person(AccountId account, PersonRef const& person) {
  return {account, {to_string(person.type), person.id.value}};
}
inline ClaimKey claim_on_agent(AccountId account, AgentId const& id) {
  return {account, {"agent", id.value}};
}
inline ClaimKey claim_on_line(AccountId account, LineId const& id) { return {account, {"line", id.value}}; }
/// A line's number, wherever in the installation it may be.
inline ClaimKey claim_on_line_number(std::string_view number) { return {{}, {"number", number}}; }
inline ClaimKey claim_on_carrier_task(AccountId account, LineId const& line) {
  return {account, {"task", line.value}};
}
inline ClaimKey claim_on_call(AccountId account, CallId const& id) { return {account, {"call", id.value}}; }
/// A carrier's id, of a call or a text that may not be there yet.
inline ClaimKey claim_on_carrier_sid(AccountId account, std::string_view sid) {
  return {account, {"sid", sid}};
}
inline ClaimKey claim_on_message(AccountId account, MessageId const& id) {
  return {account, {"message", id.value}};
}
inline ClaimKey claim_on_webhook(AccountId account, WebhookId const& id) {
  return {account, {"webhook", id.value}};
}
/// Who delivers which webhooks, of all accounts.
inline ClaimKey claim_on_webhook_leases() { return {{}, {"webhook leases"}}; }
inline ClaimKey claim_on_dispatch(AccountId account, std::string_view subject) {
  return {account, {"dispatch", subject}};
}
/// All that is due at one carrier account, whosever it is.
inline ClaimKey claim_on_dispatches_of(std::string_view carrier_account) {
  return {{}, {"dispatches", carrier_account}};
}
inline ClaimKey claim_on_verification(AccountId account, ContactNumberId const& phone) {
  return {account, {"verification", phone.value}};
}
inline ClaimKey claim_on_verification_sends(AccountId account, TenDigits const& number) {
  return {account, {"verification sends", number.view()}};
}
inline ClaimKey claim_on_dial_list(AccountId account, DialListId const& id) {
  return {account, {"dial list", id.value}};
}
/// All of an account: they are few, and their names are its own.
inline ClaimKey claim_on_fhir_sources(AccountId account) { return {account, {"fhir sources"}}; }
/// Likewise.
inline ClaimKey claim_on_saved_lists(AccountId account) { return {account, {"saved lists"}}; }
inline ClaimKey claim_on_dial_entry(AccountId account, DialEntryId const& id) {
  return {account, {"dial entry", id.value}};
}
/// Whether a person is given out by a dial list, and by which.
inline ClaimKey claim_on_giving_out(AccountId account, PersonRef const& person) {
  return {account, {"giving out", to_string(person.type), person.id.value}};
}
inline ClaimKey claim_on_seals(AccountId account) { return {account, {"seals"}}; }
inline ClaimKey claim_on_decision_seals(AccountId account) { return {account, {"decision seals"}}; }
inline ClaimKey claim_on_suppression(AccountId account, TenDigits const& number) {
  return {account, {"suppression", number.view()}};
}
inline ClaimKey claim_on_contact_policy(AccountId account) { return {account, {"contact policy"}}; }
inline ClaimKey claim_on_attempt(AccountId account, DecisionId const& decision) {
  return {account, {"attempt", decision.value}};
}
inline ClaimKey claim_on_answer(IdempotencySlot const& slot) {
  return {slot.account, {slot.key_id, slot.route, slot.key}};
}
/// The pool is one: whoever is given a number from it has seen what others of the batch were given.
inline ClaimKey claim_on_pool() { return {{}, {"pool"}}; }
/// What is sealed under the account's data key.
inline ClaimKey claim_on_account(AccountId account) { return {account, {"account"}}; }
/// Accounts and keys change rarely: one job of a batch at a time.
inline ClaimKey claim_on_accounts_and_keys() { return {{}, {"accounts"}}; }

}  // namespace linebook::books

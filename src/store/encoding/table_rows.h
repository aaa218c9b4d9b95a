// The rows of the tables that every store has, made into what they stand for. A row is whatever offers
// get<T>(column) in the order of table_columns.h; what no version of Linebook writes is thrown as unreadable.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "app/ports/contact_numbers.h"
#include "app/ports/idempotency.h"
#include "app/ports/ledger.h"
#include "domain/access/api_key.h"
#include "domain/calls/call_record.h"
#include "domain/lines/agent.h"
#include "domain/lines/carrier_task.h"
#include "domain/lines/line.h"
#include "domain/lines/pool_number.h"
#include "store/encoding/ledger_encoding.h"
#include "store/encoding/table_values.h"
#include "store/encoding/voice_settings_encoding.h"

namespace linebook {

[[noreturn]] inline void unreadable(char const* what) {
  throw std::runtime_error(std::string("the database holds an unreadable ") + what);
}

/// The enumerations that columns hold as text, each with the function that reads its spelling.
template <class E>
struct SpelledColumn;
template <class E, std::optional<E> (*parse)(std::string_view)>
struct SpelledBy {
  static E read(std::string_view text) {
    if (auto const value = parse(text)) return *value;
    unreadable("enumeration");
  }
};
template <>
struct SpelledColumn<PhoneType> : SpelledBy<PhoneType, parse_phone_type> {};
template <>
struct SpelledColumn<PersonType> : SpelledBy<PersonType, parse_person_type> {};
template <>
struct SpelledColumn<Gender> : SpelledBy<Gender, parse_gender> {};
template <>
struct SpelledColumn<AnswerType> : SpelledBy<AnswerType, parse_answer_type> {};
template <>
struct SpelledColumn<Provider> : SpelledBy<Provider, parse_provider> {};
template <>
struct SpelledColumn<LineStatus> : SpelledBy<LineStatus, parse_line_status> {};
template <>
struct SpelledColumn<PoolState> : SpelledBy<PoolState, parse_pool_state> {};
template <>
struct SpelledColumn<Entity> : SpelledBy<Entity, parse_entity> {};
template <>
struct SpelledColumn<CarrierGoal> : SpelledBy<CarrierGoal, parse_carrier_goal> {};
template <>
struct SpelledColumn<NumberSource> : SpelledBy<NumberSource, parse_number_source> {};
template <>
struct SpelledColumn<Purchase> : SpelledBy<Purchase, parse_purchase> {};
template <>
struct SpelledColumn<FailureKind> : SpelledBy<FailureKind, parse_failure_kind> {};
template <>
struct SpelledColumn<CallStatus> : SpelledBy<CallStatus, parse_call_status> {};
template <>
struct SpelledColumn<CallAction> : SpelledBy<CallAction, parse_call_action> {};
template <>
struct SpelledColumn<Action> : SpelledBy<Action, parse_action> {};

inline AccountStatus account_status_of(std::string_view text) {
  for (auto const status : {AccountStatus::active, AccountStatus::suspended})
    if (text == to_string(status)) return status;
  unreadable("account status");
}

template <class Row>
Account account_of(Row const& row) {
  return {.id = row.template get<AccountId>(0),
          .name = row.template get<std::string>(1),
          .status = account_status_of(row.template get<std::string_view>(2)),
          .wrapped_data_key = row.template get<std::string>(3),
          .created_at = row.template get<Instant>(4)};
}

template <class Row>
ApiKey api_key_of(Row const& row) {
  auto const scopes = Scopes::parse(row.template get<std::string_view>(4));
  if (!scopes) unreadable("scope");
  return {.id = row.template get<KeyId>(0),
          .account = row.template get<AccountId>(1),
          .name = row.template get<std::string>(2),
          .token_hash = row.template get<std::string>(3),
          .scopes = *scopes,
          .rate_limit = row.template get<std::int64_t>(5),
          .created_at = row.template get<Instant>(6),
          .expires_at = row.template get<std::optional<Instant>>(7),
          .revoked_at = row.template get<std::optional<Instant>>(8),
          .last_used_at = row.template get<std::optional<Instant>>(9)};
}

template <class Row>
Person person_of(Row const& row) {
  std::optional<ContactWindow> window;
  if (auto const text = row.template get<std::optional<std::string_view>>(6)) {
    window = ContactWindow::parse(*text);
    if (!window) unreadable("contact window");
  }
  return {.ref = {row.template get<PersonType>(0), row.template get<PersonId>(1)},
          .first_name = row.template get<std::string>(2),
          .last_name = row.template get<std::string>(3),
          .email = row.template get<std::optional<std::string>>(4),
          .timezone = row.template get<std::optional<std::string>>(5),
          .contact_window = window,
          .date_of_birth = row.template get<std::optional<std::string>>(7),
          .gender = row.template get<std::optional<Gender>>(8),
          .active = row.template get<bool>(9),
          .deceased = row.template get<bool>(10),
          .npi = row.template get<std::optional<std::string>>(11),
          .created_at = row.template get<Instant>(12),
          .updated_at = row.template get<Instant>(13)};
}

template <class Row>
ContactNumber contact_number_of(Row const& row) {
  return {.id = row.template get<ContactNumberId>(0),
          .person = {row.template get<PersonType>(1), row.template get<PersonId>(2)},
          .number = row.template get<TenDigits>(3),
          .phone_type = row.template get<PhoneType>(4),
          .primary = row.template get<bool>(5),
          .verified = row.template get<bool>(6),
          .do_not_call = row.template get<bool>(7),
          .created_at = row.template get<Instant>(8),
          .updated_at = row.template get<Instant>(9)};
}

template <class Row>
LinkedContactNumber linked_contact_number_of(Row const& row) {
  std::string name(row.template get<std::string_view>(10));
  name += ' ';
  name += row.template get<std::string_view>(11);
  return {contact_number_of(row), std::move(name)};
}

template <class Row>
Agent agent_of(Row const& row) {
  Agent agent{.id = row.template get<AgentId>(0),
              .name = row.template get<std::string>(1),
              .answer = std::nullopt,
              .created_at = row.template get<Instant>(4),
              .updated_at = row.template get<Instant>(5)};
  if (auto const type = row.template get<std::optional<AnswerType>>(2))
    agent.answer = {*type, row.template get<std::string>(3)};
  return agent;
}

template <class Row>
decltype(Line::holding) holding_of(Row const& row) {
  using Text = std::optional<std::string>;
  switch (row.template get<Provider>(2)) {
    case Provider::byo:
      return ByoTrunk{row.template get<Text>(12), row.template get<Text>(13), row.template get<Text>(14),
                      row.template get<bool>(15)};
    case Provider::twilio:
      return TwilioHolding{row.template get<std::string>(16), row.template get<Text>(17),
                           row.template get<Text>(18),
                           split_names(row.template get<std::optional<std::string_view>>(21))};
    case Provider::pia:
      return PiaHolding{row.template get<Text>(19), row.template get<std::string>(20)};
  }
  unreadable("provider");
}

template <class Row>
std::optional<FallbackDestination> fallback_of(Row const& row) {
  auto const type = row.template get<std::optional<std::string_view>>(6);
  if (!type) return std::nullopt;
  return FallbackDestination{*type == "sip" ? FallbackType::sip : FallbackType::number,
                             row.template get<std::string>(7)};
}

template <class Row>
Line line_of(Row const& row) {
  return {.id = row.template get<LineId>(0),
          .phone_number = row.template get<std::string>(1),
          .ai_agent_id = row.template get<std::optional<AgentId>>(3),
          .outbound_ai_agent_id = row.template get<std::optional<AgentId>>(4),
          .name = row.template get<std::optional<std::string>>(5),
          .fallback_destination = fallback_of(row),
          .status = row.template get<LineStatus>(8),
          .status_detail = row.template get<std::optional<std::string>>(9),
          .holding = holding_of(row),
          .created_at = row.template get<Instant>(10),
          .updated_at = row.template get<Instant>(11)};
}

template <class Row>
PoolNumber pool_number_of(Row const& row) {
  return {.number = row.template get<E164>(0),
          .country_code = row.template get<std::string>(1),
          .area_code = row.template get<std::optional<std::string>>(2),
          .state = row.template get<PoolState>(3),
          .rests_until = row.template get<std::optional<Instant>>(4),
          .account = row.template get<std::optional<AccountId>>(5)};
}

template <class Row>
LedgerEntry ledger_entry_of(Row const& row) {
  return {.sequence = row.template get<std::int64_t>(0),
          .at = row.template get<Instant>(1),
          .actor = row.template get<std::string>(2),
          .request_id = row.template get<std::string>(3),
          .entity = row.template get<Entity>(4),
          .entity_id = row.template get<std::string>(5),
          .action = row.template get<Action>(6),
          .changes = decode_changes(row.template get<std::string_view>(7))};
}

/// Does the entry in this row fit all of the filter but its times?
template <class Row>
bool fits_but_for_time(Row const& row, LedgerFilter const& filter) {
  auto const is = [&row](int column, std::string_view wanted) {
    return row.template get<std::string_view>(column) == wanted;
  };
  return (!filter.entity || is(4, to_string(*filter.entity))) &&
         (!filter.entity_id || is(5, *filter.entity_id)) &&
         (!filter.action || is(6, to_string(*filter.action))) && (!filter.actor || is(2, *filter.actor));
}

template <class Row>
StoredEntry stored_entry_of(AccountId account, Row const& row) {
  EntryColumns const columns{.account = account,
                             .sequence = row.template get<std::int64_t>(0),
                             .at_milliseconds = row.template get<std::int64_t>(1),
                             .actor = row.template get<std::string_view>(2),
                             .request_id = row.template get<std::string_view>(3),
                             .entity = row.template get<std::string_view>(4),
                             .entity_id = row.template get<std::string_view>(5),
                             .action = row.template get<std::string_view>(6),
                             .changes = row.template get<std::string_view>(7)};
  return {columns.sequence, canonical_entry(columns)};
}

template <class Row>
LedgerSeal ledger_seal_of(Row const& row) {
  return {.first_sequence = row.template get<std::int64_t>(0),
          .last_sequence = row.template get<std::int64_t>(1),
          .chain = row.template get<std::string>(2),
          .entry_macs = row.template get<std::string>(3)};
}

template <class Row>
KeptAnswer kept_answer_of(Row const& row) {
  return KeptAnswer{.body_hash = row.template get<std::string>(0),
                    .status = row.template get<int>(1),
                    .head = row.template get<std::string>(2),
                    .body = row.template get<std::string>(3),
                    .created_at = row.template get<Instant>(4)};
}

template <class Row>
CallRecord call_record_of(Row const& row) {
  return {.id = row.template get<CallId>(0),
          .carrier_sid = row.template get<std::string>(1),
          .line = row.template get<LineId>(2),
          .from = row.template get<std::string>(3),
          .to = row.template get<std::string>(4),
          .status = row.template get<CallStatus>(5),
          .action = row.template get<std::optional<CallAction>>(6),
          .ai_agent = row.template get<std::optional<AgentId>>(7),
          .duration_seconds = row.template get<std::optional<std::int64_t>>(8),
          .started_at = row.template get<Instant>(9),
          .ended_at = row.template get<std::optional<Instant>>(10),
          .updated_at = row.template get<Instant>(11)};
}

template <class Row>
std::optional<VoiceSettings> earlier_settings_of(Row const& row) {
  auto const json = row.template get<std::optional<std::string_view>>(12);
  if (!json) return std::nullopt;
  return decode_voice_settings(*json);
}

template <class Row>
std::optional<CarrierFailure> carrier_failure_of(Row const& row) {
  auto const kind = row.template get<std::optional<FailureKind>>(18);
  if (!kind) return std::nullopt;
  return CarrierFailure{*kind, row.template get<int>(19), row.template get<std::string>(20)};
}

template <class Row>
CarrierTask carrier_task_of(Row const& row) {
  return {.account = row.template get<AccountId>(0),
          .line = row.template get<LineId>(1),
          .goal = row.template get<CarrierGoal>(2),
          .source = row.template get<NumberSource>(3),
          .area_code = row.template get<std::optional<std::string>>(4),
          .country_code = row.template get<std::string>(5),
          .purchase = row.template get<Purchase>(6),
          .purchase_doubtful = row.template get<bool>(7),
          .absences = row.template get<int>(8),
          .snatched = row.template get<int>(9),
          .connected_to = row.template get<std::optional<std::string>>(10),
          .take_back = row.template get<bool>(11),
          .earlier = earlier_settings_of(row),
          .resting = row.template get<bool>(13),
          .attempts = row.template get<int>(14),
          .due_at = row.template get<Instant>(15),
          .lease = row.template get<std::optional<std::string>>(16),
          .lease_until = row.template get<std::optional<Instant>>(17),
          .failure = carrier_failure_of(row),
          .actor = row.template get<std::string>(21),
          .request_id = row.template get<std::string>(22)};
}

}  // namespace linebook

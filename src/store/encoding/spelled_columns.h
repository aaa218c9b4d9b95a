// The enumerations that columns hold as text.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "domain/access/session.h"
#include "domain/calls/call_record.h"
#include "domain/contacts/contact_number.h"
#include "domain/contacts/saved_list.h"
#include "domain/dialing/dial_list.h"
#include "domain/dispatch/dispatch.h"
#include "domain/ledger/ledger_entry.h"
#include "domain/lines/agent.h"
#include "domain/lines/carrier_name.h"
#include "domain/lines/carrier_task.h"
#include "domain/lines/line.h"
#include "domain/lines/pool_number.h"
#include "domain/messages/message.h"
#include "domain/reach/attempt.h"
#include "domain/reach/consent.h"
#include "domain/reach/contact_purpose.h"
#include "domain/reach/reassigned_number.h"
#include "domain/sync/fhir_source.h"
#include "domain/webhooks/webhook.h"

namespace linebook {

/// What no version of Linebook writes.
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
struct SpelledColumn<SessionUse> : SpelledBy<SessionUse, parse_session_use> {};
template <>
struct SpelledColumn<PhoneType> : SpelledBy<PhoneType, parse_phone_type> {};
template <>
struct SpelledColumn<NumberOrder> : SpelledBy<NumberOrder, parse_number_order> {};
template <>
struct SpelledColumn<Listed> : SpelledBy<Listed, parse_listed> {};
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
struct SpelledColumn<Channel> : SpelledBy<Channel, parse_channel> {};
template <>
struct SpelledColumn<Purpose> : SpelledBy<Purpose, parse_purpose> {};
template <>
struct SpelledColumn<ConsentStatus> : SpelledBy<ConsentStatus, parse_consent_status> {};
template <>
struct SpelledColumn<ConsentBasis> : SpelledBy<ConsentBasis, parse_consent_basis> {};
template <>
struct SpelledColumn<Outcome> : SpelledBy<Outcome, parse_outcome> {};
template <>
struct SpelledColumn<ReassignedAnswer> : SpelledBy<ReassignedAnswer, parse_reassigned_answer> {};
template <>
struct SpelledColumn<Direction> : SpelledBy<Direction, parse_direction> {};
template <>
struct SpelledColumn<AnsweredBy> : SpelledBy<AnsweredBy, parse_answered_by> {};
template <>
struct SpelledColumn<Voicemail> : SpelledBy<Voicemail, parse_voicemail> {};
template <>
struct SpelledColumn<MessageStatus> : SpelledBy<MessageStatus, parse_message_status> {};
template <>
struct SpelledColumn<DispatchStage> : SpelledBy<DispatchStage, parse_dispatch_stage> {};
template <>
struct SpelledColumn<CarrierName> : SpelledBy<CarrierName, parse_carrier_name> {};
template <>
struct SpelledColumn<DeliveryState> : SpelledBy<DeliveryState, parse_delivery_state> {};
template <>
struct SpelledColumn<DialListStatus> : SpelledBy<DialListStatus, parse_dial_list_status> {};
template <>
struct SpelledColumn<DialEntryState> : SpelledBy<DialEntryState, parse_dial_entry_state> {};
template <>
struct SpelledColumn<Side> : SpelledBy<Side, parse_side> {};
template <>
struct SpelledColumn<Action> : SpelledBy<Action, parse_action> {};

}  // namespace linebook

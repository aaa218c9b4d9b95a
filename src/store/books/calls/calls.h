// Call records.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/ports/calls.h"
#include "store/books/dispatch/delivery_count_rows.h"
#include "store/books/session/session.h"
#include "store/encoding/call_metadata_encoding.h"
#include "store/encoding/spelled_columns.h"
#include "store/encoding/table_values.h"

namespace linebook::books {

inline constexpr std::string_view call_columns =
    "id, carrier_sid, line_id, caller, called, status, action, ai_agent_id, duration_seconds, started_at,"
    " ended_at, updated_at, direction, phone_id, purpose, decision_id, answered_by, voicemail, metadata,"
    " error_code, error_message, dial_list_id, dial_entry_id, speech_sealed";

template <class Row>
std::optional<DialedFor> dialed_for_of(Row const& row) {
  auto list = row.template get<std::optional<DialListId>>(21);
  if (!list) return std::nullopt;
  return DialedFor{std::move(*list), row.template get<DialEntryId>(22)};
}

template <class Row>
CallMetadata call_metadata_of(Row const& row) {
  auto const json = row.template get<std::optional<std::string_view>>(18);
  return json ? decode_call_metadata(*json) : CallMetadata();
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
          .updated_at = row.template get<Instant>(11),
          .direction = row.template get<Direction>(12),
          .phone = row.template get<std::optional<ContactNumberId>>(13),
          .purpose = row.template get<std::optional<Purpose>>(14),
          .decision = row.template get<std::optional<DecisionId>>(15),
          .answered_by = row.template get<std::optional<AnsweredBy>>(16),
          .voicemail = row.template get<Voicemail>(17),
          .metadata = call_metadata_of(row),
          .error_code = row.template get<std::optional<int>>(19),
          .error_message = row.template get<std::optional<std::string>>(20),
          .dialed_for = dialed_for_of(row),
          .speech_sealed = row.template get<std::optional<std::string>>(23)};
}

inline std::optional<std::string> stored(CallMetadata const& metadata) {
  if (metadata.empty()) return std::nullopt;
  return encode_call_metadata(metadata);
}
inline std::optional<DialListId> list_of(CallRecord const& c) {
  return c.dialed_for ? std::optional(c.dialed_for->list) : std::nullopt;
}
inline std::optional<DialEntryId> entry_of(CallRecord const& c) {
  return c.dialed_for ? std::optional(c.dialed_for->entry) : std::nullopt;
}

inline constexpr Statement call_by_id{
    "call_by_id", SQL("SELECT ", call_columns, " FROM calls WHERE account_id = ?1 AND id = ?2{LOCK}")};
inline constexpr Statement call_by_carrier_sid{
    "call_by_carrier_sid", SQL("SELECT ", call_columns,
                               " FROM calls{INDEXED BY calls_by_carrier_sid} WHERE account_id = ?1"
                               " AND carrier_sid = ?2{LOCK}")};
inline constexpr std::string_view call_filter =
    " AND (?2 IS NULL OR line_id = ?2) AND (?3 IS NULL OR caller = ?3) AND (?4 IS NULL OR called = ?4)"
    " AND (?5 IS NULL OR dial_list_id = ?5) AND (?6 IS NULL OR status = ?6)"
    " AND (?7 IS NULL OR direction = ?7) AND started_at >= ?8 AND (started_at, id) < (?9, ?10)"
    " ORDER BY started_at DESC, id DESC LIMIT ?11";
inline constexpr Statement calls_newest{
    "calls_newest",
    SQL("SELECT ", call_columns, " FROM calls{INDEXED BY calls_by_age} WHERE account_id = ?1", call_filter)};
inline constexpr Statement calls_of_line{
    "calls_of_line",
    SQL("SELECT ", call_columns,
        " FROM calls{INDEXED BY calls_by_line} WHERE account_id = ?1 AND line_id = ?2", call_filter)};
inline constexpr Statement calls_of_caller{
    "calls_of_caller",
    SQL("SELECT ", call_columns,
        " FROM calls{INDEXED BY calls_by_caller} WHERE account_id = ?1 AND caller = ?3", call_filter)};
inline constexpr Statement calls_of_called{
    "calls_of_called",
    SQL("SELECT ", call_columns,
        " FROM calls{INDEXED BY calls_by_called} WHERE account_id = ?1 AND called = ?4", call_filter)};
inline constexpr Statement calls_of_dial_list{
    "calls_of_dial_list",
    SQL("SELECT ", call_columns,
        " FROM calls{INDEXED BY calls_by_dial_list} WHERE account_id = ?1 AND dial_list_id = ?5",
        call_filter)};
inline constexpr Statement call_outcomes_to{
    "call_outcomes_to",
    SQL("SELECT status, error_code, count(*), max(started_at) FROM calls{INDEXED BY calls_by_called}"
        " WHERE account_id = ?1 AND called = ?2 AND started_at >= ?3 AND direction = 'outbound'",
        by_outcome)};
inline constexpr Statement calls_with_speech{
    "calls_with_speech", SQL("SELECT ", call_columns,
                             " FROM calls{INDEXED BY calls_with_speech} WHERE account_id = ?1"
                             " AND id > ?2 AND speech_sealed IS NOT NULL ORDER BY id LIMIT ?3{LOCK}")};
inline constexpr Statement insert_call{
    "insert_call", SQL("INSERT INTO calls (account_id, ", call_columns, ") VALUES (?1..?25)")};
// started_at is given once.
inline constexpr Statement update_call{
    "update_call",
    SQL("UPDATE calls SET carrier_sid = ?3, line_id = ?4, caller = ?5, called = ?6, status = ?7,"
        " action = ?8, ai_agent_id = ?9, duration_seconds = ?10, ended_at = ?11, updated_at = ?12,"
        " direction = ?13, phone_id = ?14, purpose = ?15, decision_id = ?16, answered_by = ?17,"
        " voicemail = ?18, metadata = ?19, error_code = ?20, error_message = ?21, dial_list_id = ?22,"
        " dial_entry_id = ?23, speech_sealed = ?24 WHERE account_id = ?1 AND id = ?2")};

template <class Session>
class CallsBook final : public Calls {
 public:
  explicit CallsBook(Session& session) : session_(session) {}

  std::optional<CallRecord> find(AccountId account, CallId const& id) const override {
    session_.claim(claim_on_call(account, id));
    return session_.query(call_by_id, account, id).one(call_record_of<Row>);
  }

  std::optional<CallRecord> find_by_carrier_sid(AccountId account, std::string_view sid) const override {
    session_.claim(claim_on_carrier_sid(account, sid));
    for (;;) {
      auto found = session_.query(call_by_carrier_sid, account, sid).one(call_record_of<Row>);
      if (!found || session_.claim(claim_on_call(account, found->id)) != Claim::after_others) return found;
    }
  }

  std::vector<CallRecord> list(AccountId account, CallFilter const& filter,
                               std::optional<Keyset> const& after, std::int64_t limit) const override {
    auto const before = beginning_of_page(filter.until, after);
    return session_
        .query(narrowest(filter), account, filter.line, filter.from, filter.to, filter.dial_list,
               filter.status, filter.direction, filter.since.value_or(Instant{0}), before.created_at,
               before.id, limit)
        .all(call_record_of<Row>);
  }

  std::vector<DeliveryCount> outcomes_to(AccountId account, std::string_view number,
                                         Instant since) const override {
    return session_.query(call_outcomes_to, account, number, since).all(delivery_count_of<Row>);
  }

  void insert(AccountId account, CallRecord const& c) override {
    session_.claim(claim_on_carrier_sid(account, c.carrier_sid));
    session_.claim(claim_on_call(account, c.id));
    session_.change(insert_call, account, c.id, c.carrier_sid, c.line, c.from, c.to, c.status, c.action,
                    c.ai_agent, c.duration_seconds, c.started_at, c.ended_at, c.updated_at, c.direction,
                    c.phone, c.purpose, c.decision, c.answered_by, c.voicemail, stored(c.metadata),
                    c.error_code, c.error_message, list_of(c), entry_of(c), bytes_of(c.speech_sealed));
  }

  void update(AccountId account, CallRecord const& c) override {
    session_.claim(claim_on_call(account, c.id));
    session_.change(update_call, account, c.id, c.carrier_sid, c.line, c.from, c.to, c.status, c.action,
                    c.ai_agent, c.duration_seconds, c.ended_at, c.updated_at, c.direction, c.phone, c.purpose,
                    c.decision, c.answered_by, c.voicemail, stored(c.metadata), c.error_code, c.error_message,
                    list_of(c), entry_of(c), bytes_of(c.speech_sealed));
  }

  std::vector<CallRecord> with_speech(AccountId account, CallId const& after,
                                      std::int64_t limit) const override {
    for (;;) {
      auto page = session_.query(calls_with_speech, account, after, limit).all(call_record_of<Row>);
      bool changed_meanwhile = false;
      for (auto const& c : page)
        changed_meanwhile |= session_.claim(claim_on_call(account, c.id)) == Claim::after_others;
      if (!changed_meanwhile) return page;
    }
  }

 private:
  using Row = typename Session::Row;

  /// The one that has the fewest calls to look at: whoever is on our side of a call has most of them.
  static Statement const& narrowest(CallFilter const& filter) {
    if (filter.from && filter.direction == Direction::inbound) return calls_of_caller;
    if (filter.to) return calls_of_called;
    if (filter.from) return calls_of_caller;
    if (filter.dial_list) return calls_of_dial_list;
    return filter.line ? calls_of_line : calls_newest;
  }

  Session& session_;
};

}  // namespace linebook::books

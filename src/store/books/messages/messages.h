// Texts. Their words are sealed, and go before the rest does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/messages.h"
#include "store/books/dispatch/delivery_count_rows.h"
#include "store/books/session/session.h"
#include "store/encoding/spelled_columns.h"
#include "store/encoding/table_values.h"

namespace linebook::books {

inline constexpr std::string_view message_columns =
    "id, direction, line_id, sender, recipient, phone_id, purpose, decision_id, status, text_sealed,"
    " carrier_sid, error_code, error_message, segments, price, price_unit, send_at, created_at, sent_at,"
    " ended_at, updated_at";

template <class Row>
Message message_of(Row const& row) {
  return {.id = row.template get<MessageId>(0),
          .direction = row.template get<Direction>(1),
          .line = row.template get<LineId>(2),
          .from = row.template get<std::string>(3),
          .to = row.template get<std::string>(4),
          .phone = row.template get<std::optional<ContactNumberId>>(5),
          .purpose = row.template get<std::optional<Purpose>>(6),
          .decision = row.template get<std::optional<DecisionId>>(7),
          .status = row.template get<MessageStatus>(8),
          .text_sealed = row.template get<std::optional<std::string>>(9),
          .carrier_sid = row.template get<std::string>(10),
          .error_code = row.template get<std::optional<int>>(11),
          .error_message = row.template get<std::optional<std::string>>(12),
          .segments = row.template get<std::optional<std::int64_t>>(13),
          .price = row.template get<std::optional<std::string>>(14),
          .price_unit = row.template get<std::optional<std::string>>(15),
          .send_at = row.template get<std::optional<Instant>>(16),
          .created_at = row.template get<Instant>(17),
          .sent_at = row.template get<std::optional<Instant>>(18),
          .ended_at = row.template get<std::optional<Instant>>(19),
          .updated_at = row.template get<Instant>(20)};
}

template <class Row>
FailingNumbers failing_numbers_of(Row const& row) {
  return {.error_code = row.template get<std::optional<int>>(0),
          .numbers = row.template get<std::int64_t>(1)};
}
template <class Row>
FailingNumber failing_number_of(Row const& row) {
  return {.number = row.template get<std::string>(0), .error_code = row.template get<std::optional<int>>(1)};
}

inline constexpr Statement message_by_id{
    "message_by_id",
    SQL("SELECT ", message_columns, " FROM messages WHERE account_id = ?1 AND id = ?2{LOCK}")};
inline constexpr Statement message_by_carrier_sid{
    "message_by_carrier_sid", SQL("SELECT ", message_columns,
                                  " FROM messages{INDEXED BY messages_by_carrier_sid} WHERE account_id = ?1"
                                  " AND carrier_sid = ?2{LOCK}")};
inline constexpr std::string_view message_filter =
    " AND (?2 IS NULL OR line_id = ?2) AND (?3 IS NULL OR sender = ?3) AND (?4 IS NULL OR recipient = ?4)"
    " AND (?5 IS NULL OR status = ?5) AND (?6 IS NULL OR direction = ?6)"
    " AND created_at >= ?7 AND (created_at, id) < (?8, ?9) ORDER BY created_at DESC, id DESC LIMIT ?10";
inline constexpr Statement messages_newest{
    "messages_newest",
    SQL("SELECT ", message_columns, " FROM messages{INDEXED BY messages_by_age} WHERE account_id = ?1",
        message_filter)};
inline constexpr Statement messages_of_line{
    "messages_of_line",
    SQL("SELECT ", message_columns,
        " FROM messages{INDEXED BY messages_by_line} WHERE account_id = ?1 AND line_id = ?2",
        message_filter)};
inline constexpr Statement messages_from{
    "messages_from",
    SQL("SELECT ", message_columns,
        " FROM messages{INDEXED BY messages_by_sender} WHERE account_id = ?1 AND sender = ?3",
        message_filter)};
inline constexpr Statement messages_to{
    "messages_to",
    SQL("SELECT ", message_columns,
        " FROM messages{INDEXED BY messages_by_recipient} WHERE account_id = ?1 AND recipient = ?4",
        message_filter)};
inline constexpr Statement message_outcomes_to{
    "message_outcomes_to",
    SQL("SELECT status, error_code, count(*), max(created_at)"
        " FROM messages{INDEXED BY messages_by_recipient} WHERE account_id = ?1 AND recipient = ?2"
        " AND created_at >= ?3 AND direction = 'outbound'",
        by_outcome)};
// By how the newest text to a number came out, of those of which that is known.
inline constexpr std::string_view from_failing_numbers =
    " FROM (SELECT recipient, status, error_code, created_at, id, row_number() OVER"
    "  (PARTITION BY recipient ORDER BY created_at DESC, id DESC) AS place"
    "  FROM messages{INDEXED BY messages_by_age} WHERE account_id = ?1 AND created_at >= ?2"
    "  AND direction = 'outbound' AND status IN ('delivered', 'undelivered', 'failed')) ended"
    " WHERE place = 1 AND status <> 'delivered'";
inline constexpr Statement numbers_failing{
    "numbers_failing", SQL("SELECT error_code, count(*) AS numbers", from_failing_numbers,
                           " GROUP BY error_code ORDER BY count(*) DESC, coalesce(error_code, -1)")};
inline constexpr Statement numbers_last_failing{
    "numbers_last_failing",
    SQL("SELECT recipient, error_code", from_failing_numbers, " ORDER BY created_at DESC, id DESC LIMIT ?3")};
inline constexpr Statement insert_message{
    "insert_message", SQL("INSERT INTO messages (account_id, ", message_columns, ") VALUES (?1..?22)")};
// Whose it is, its numbers and its place in the lists are given once.
inline constexpr Statement update_message{
    "update_message",
    SQL("UPDATE messages SET decision_id = ?3, status = ?4, text_sealed = ?5, carrier_sid = ?6,"
        " error_code = ?7, error_message = ?8, segments = ?9, price = ?10, price_unit = ?11, send_at = ?12,"
        " sent_at = ?13, ended_at = ?14, updated_at = ?15 WHERE account_id = ?1 AND id = ?2")};
// One that is just being changed is for the next time.
inline constexpr Statement forget_message_texts{
    "forget_message_texts",
    SQL("WITH old AS MATERIALIZED (SELECT id FROM messages{INDEXED BY messages_with_text}"
        "  WHERE account_id = ?1 AND created_at < ?2 AND text_sealed IS NOT NULL"
        "  ORDER BY created_at, id LIMIT ?3{HOLD SKIP LOCKED})"
        " UPDATE messages SET text_sealed = NULL WHERE account_id = ?1 AND id IN (SELECT id FROM old)")};
inline constexpr Statement messages_with_words{
    "messages_with_words", SQL("SELECT ", message_columns,
                               " FROM messages WHERE account_id = ?1 AND id > ?2"
                               " AND text_sealed IS NOT NULL ORDER BY id LIMIT ?3{LOCK}")};

template <class Session>
class MessagesBook final : public Messages {
 public:
  explicit MessagesBook(Session& session) : session_(session) {}

  std::optional<Message> find(AccountId account, MessageId const& id) const override {
    session_.claim(claim_on_message(account, id));
    return session_.query(message_by_id, account, id).one(message_of<Row>);
  }

  std::optional<Message> find_by_carrier_sid(AccountId account, std::string_view sid) const override {
    session_.claim(claim_on_carrier_sid(account, sid));
    for (;;) {
      auto found = session_.query(message_by_carrier_sid, account, sid).one(message_of<Row>);
      if (!found || session_.claim(claim_on_message(account, found->id)) != Claim::after_others) return found;
    }
  }

  std::vector<Message> list(AccountId account, MessageFilter const& filter,
                            std::optional<Keyset> const& after, std::int64_t limit) const override {
    auto const before = beginning_of_page(filter.until, after);
    auto const& statement = filter.to     ? messages_to
                            : filter.from ? messages_from
                            : filter.line ? messages_of_line
                                          : messages_newest;
    return session_
        .query(statement, account, filter.line, filter.from, filter.to, filter.status, filter.direction,
               filter.since.value_or(Instant{0}), before.created_at, before.id, limit)
        .all(message_of<Row>);
  }

  std::vector<DeliveryCount> outcomes_to(AccountId account, std::string_view number,
                                         Instant since) const override {
    return session_.query(message_outcomes_to, account, number, since).all(delivery_count_of<Row>);
  }

  std::vector<FailingNumbers> failing_numbers(AccountId account, Instant since) const override {
    return session_.query(numbers_failing, account, since).all(failing_numbers_of<Row>);
  }

  std::vector<FailingNumber> last_failing(AccountId account, Instant since,
                                          std::int64_t limit) const override {
    return session_.query(numbers_last_failing, account, since, limit).all(failing_number_of<Row>);
  }

  void insert(AccountId account, Message const& m) override {
    session_.claim(claim_on_carrier_sid(account, m.carrier_sid));
    session_.claim(claim_on_message(account, m.id));
    session_.change(insert_message, account, m.id, m.direction, m.line, m.from, m.to, m.phone, m.purpose,
                    m.decision, m.status, bytes_of(m.text_sealed), m.carrier_sid, m.error_code,
                    m.error_message, m.segments, m.price, m.price_unit, m.send_at, m.created_at, m.sent_at,
                    m.ended_at, m.updated_at);
  }

  void update(AccountId account, Message const& m) override {
    session_.claim(claim_on_message(account, m.id));
    session_.change(update_message, account, m.id, m.decision, m.status, bytes_of(m.text_sealed),
                    m.carrier_sid, m.error_code, m.error_message, m.segments, m.price, m.price_unit,
                    m.send_at, m.sent_at, m.ended_at, m.updated_at);
  }

  std::int64_t forget_texts(AccountId account, Instant before, std::int64_t limit) override {
    return session_.changed(forget_message_texts, account, before, limit);
  }

  std::vector<Message> with_text(AccountId account, MessageId const& after,
                                 std::int64_t limit) const override {
    for (;;) {
      auto page = session_.query(messages_with_words, account, after, limit).all(message_of<Row>);
      bool changed_meanwhile = false;
      for (auto const& m : page)
        changed_meanwhile |= session_.claim(claim_on_message(account, m.id)) == Claim::after_others;
      if (!changed_meanwhile) return page;
    }
  }

 private:
  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books

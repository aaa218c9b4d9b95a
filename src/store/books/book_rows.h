// Every book in order of its ids, for whoever compares them with the ledger, and the tables that follow from
// one another.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/ledger/ledger_fields.h"
#include "app/ports/book_rows.h"
#include "domain/text/name_key.h"
#include "store/books/access/accounts.h"
#include "store/books/access/sessions.h"
#include "store/books/calls/calls.h"
#include "store/books/contacts/contact_numbers.h"
#include "store/books/contacts/person_row.h"
#include "store/books/contacts/saved_lists.h"
#include "store/books/dialing/dial_lists.h"
#include "store/books/lines/agents.h"
#include "store/books/lines/line_rows.h"
#include "store/books/lines/pool.h"
#include "store/books/messages/messages.h"
#include "store/books/reach/consents.h"
#include "store/books/reach/contact_policies.h"
#include "store/books/reach/suppressions.h"
#include "store/books/session/session.h"
#include "store/books/sync/fhir_sources.h"
#include "store/books/webhooks/webhook_rows.h"

namespace linebook::books {

// ?1 the account, ?2 the first id, ?3 how many.
inline constexpr std::string_view from_id = " WHERE account_id = ?1 AND id >= ?2 ORDER BY id LIMIT ?3";

inline constexpr Statement every_account{"every_account",
                                         SQL("SELECT ", account_columns, " FROM accounts a WHERE a.id = ?1")};
inline constexpr Statement every_api_key{
    "every_api_key", SQL("SELECT ", key_columns,
                         " FROM api_keys k WHERE k.account_id = ?1 AND k.id >= ?2 ORDER BY k.id LIMIT ?3")};
inline constexpr Statement every_session{
    "every_session", SQL("SELECT ", session_columns,
                         ", ended_at FROM sessions WHERE key_id IN (SELECT k.id FROM api_keys k"
                         " WHERE k.account_id = ?1) AND id >= ?2 ORDER BY id LIMIT ?3")};
inline constexpr Statement every_agent{"every_agent",
                                       SQL("SELECT ", agent_columns, " FROM ai_agents", from_id)};
inline constexpr Statement every_line{"every_line", SQL("SELECT ", line_columns, " FROM lines", from_id)};
inline constexpr Statement every_pool_number{
    "every_pool_number",
    SQL("SELECT ", pool_columns, " FROM pool_numbers WHERE number >= ?1 ORDER BY number LIMIT ?2")};
inline constexpr Statement every_person{"every_person",
                                        SQL("SELECT ", person_columns,
                                            ", p.first_key, p.last_key FROM people p WHERE p.account_id = ?1 "
                                            "AND p.person_type = ?4 AND p.id >= ?2"
                                            " ORDER BY p.id LIMIT ?3")};
inline constexpr int name_keys_of_person = 16;
inline constexpr Statement every_contact_number{
    "every_contact_number",
    SQL("SELECT ", number_columns,
        " FROM contact_numbers c WHERE c.account_id = ?1 AND c.id >= ?2 ORDER BY c.id LIMIT ?3")};
inline constexpr Statement every_call{"every_call", SQL("SELECT ", call_columns, " FROM calls", from_id)};
inline constexpr Statement every_message{"every_message",
                                         SQL("SELECT ", message_columns, " FROM messages", from_id)};
inline constexpr Statement every_dial_list{"every_dial_list",
                                           SQL("SELECT ", dial_list_columns, " FROM dial_lists", from_id)};
inline constexpr Statement every_consent{"every_consent",
                                         SQL("SELECT ", consent_columns, " FROM consents", from_id)};
inline constexpr Statement every_suppression{"every_suppression",
                                             SQL("SELECT ", suppression_columns,
                                                 " FROM suppressions WHERE account_id = ?1 AND number >= ?2"
                                                 " ORDER BY number LIMIT ?3")};
inline constexpr Statement every_contact_policy{
    "every_contact_policy",
    SQL("SELECT version, document, updated_at FROM contact_policies WHERE account_id = ?1")};
inline constexpr Statement every_webhook{"every_webhook",
                                         SQL("SELECT ", webhook_columns, " FROM webhooks", from_id)};
inline constexpr Statement every_fhir_source{
    "every_fhir_source", SQL("SELECT ", fhir_source_columns, " FROM fhir_sources", from_id)};
inline constexpr Statement every_saved_list{"every_saved_list",
                                            SQL("SELECT ", saved_list_columns, " FROM saved_lists", from_id)};

/// Of a line `l`: Line::is_public.
inline constexpr std::string_view line_is_public =
    "CASE WHEN l.provider = 'byo' THEN l.e164_check{= 1} ELSE l.phone_number <> l.id END";
inline constexpr Statement lines_not_in_service{
    "lines_not_in_service",
    SQL("SELECT l.id FROM lines l WHERE l.account_id = ?1 AND ", line_is_public,
        " AND NOT EXISTS (SELECT 1 FROM numbers_in_service s WHERE s.number = l.phone_number"
        " AND s.account_id = l.account_id AND s.line_id = l.id) ORDER BY l.id LIMIT ?2")};
inline constexpr Statement lines_without_pool_number{
    "lines_without_pool_number",
    SQL("SELECT l.id FROM lines l WHERE l.account_id = ?1 AND l.provider = 'pia' AND l.phone_number <> l.id"
        " AND NOT EXISTS (SELECT 1 FROM pool_numbers p WHERE p.number = l.phone_number"
        " AND p.state = 'assigned' AND p.account_id = l.account_id) ORDER BY l.id LIMIT ?2")};
inline constexpr Statement in_service_without_line{
    "in_service_without_line",
    SQL("SELECT s.number FROM numbers_in_service s WHERE NOT EXISTS (SELECT 1 FROM lines l"
        " WHERE l.account_id = s.account_id AND l.id = s.line_id AND l.phone_number = s.number AND ",
        line_is_public, ") ORDER BY s.number LIMIT ?1")};
inline constexpr Statement pool_numbers_not_held{
    "pool_numbers_not_held",
    SQL("SELECT p.number FROM pool_numbers p WHERE (p.state = 'assigned') <> (p.account_id IS NOT NULL)"
        " OR (p.state = 'assigned' AND NOT EXISTS (SELECT 1 FROM lines l WHERE l.account_id = p.account_id"
        " AND l.phone_number = p.number AND l.provider = 'pia')) ORDER BY p.number LIMIT ?1")};
inline constexpr Statement ledgers_without_account{
    "ledgers_without_account",
    SQL("SELECT CAST(h.account_id AS TEXT) FROM ledger_heads h WHERE h.account_id <> 0"
        " AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.id = h.account_id)"
        " ORDER BY h.account_id LIMIT ?1")};

template <class Session>
class BookRowsOf final : public BookRows {
 public:
  explicit BookRowsOf(Session& session) : session_(session) {}

  std::vector<BookRow> following(AccountId account, Entity entity, std::optional<std::string> const& after,
                                 std::int64_t limit) const override {
    bool const is_installation = account.value == 0;
    if (is_installation != (entity == Entity::pool_number)) return {};
    // The row that was read last comes again, so that an empty id is not passed over either.
    auto const first = after.value_or("");
    auto rows = page(account, entity, first, limit + 1);
    if (after && !rows.empty() && rows.front().id == *after) rows.erase(rows.begin());
    return rows;
  }

  std::vector<DisagreeingRow> disagreements(AccountId account, std::int64_t limit) const override {
    std::vector<DisagreeingRow> all;
    auto const add = [&all](Disagreement what, std::vector<std::string> ids) {
      for (auto& id : ids) all.push_back({what, std::move(id)});
    };
    if (account.value == 0) {
      add(Disagreement::in_service_without_line, session_.query(in_service_without_line, limit).all(id_of));
      add(Disagreement::pool_number_not_held, session_.query(pool_numbers_not_held, limit).all(id_of));
      add(Disagreement::account_missing, session_.query(ledgers_without_account, limit).all(id_of));
    } else {
      add(Disagreement::line_not_in_service, session_.query(lines_not_in_service, account, limit).all(id_of));
      add(Disagreement::line_without_pool_number,
          session_.query(lines_without_pool_number, account, limit).all(id_of));
    }
    return all;
  }

 private:
  using Row = typename Session::Row;

  static std::string id_of(Row const& row) { return row.template get<std::string>(0); }

  /// What `make` makes of a row; one that it cannot read keeps its id alone.
  template <class Make>
  static auto reading(Make make, int id_column = 0) {
    return [make, id_column](Row const& row) {
      BookRow read{.id = row.template get<std::string>(id_column), .fields = {}};
      try {
        make(row, read);
      } catch (std::runtime_error const&) {
        read.fields.reset();
      }
      return read;
    };
  }
  /// Of a thing that a row makes by itself.
  template <auto thing_of>
  static auto reading_fields(int id_column = 0) {
    return reading([](Row const& row, BookRow& read) { read.fields = ledger_fields(thing_of(row)); },
                   id_column);
  }

  std::vector<BookRow> page(AccountId account, Entity entity, std::string const& first,
                            std::int64_t limit) const {
    auto const all = [&](Statement const& statement, auto const& make) {
      return session_.query(statement, account, first, limit).all(make);
    };
    switch (entity) {
      case Entity::account:
        return the_account(account, first);
      case Entity::contact_policy:
        return the_policy(account, first);
      case Entity::api_key:
        return all(every_api_key, reading_fields<api_key_of<Row>>());
      case Entity::ai_agent:
        return all(every_agent, reading_fields<agent_of<Row>>());
      case Entity::line:
        return all(every_line, reading_fields<line_of<Row>>());
      case Entity::pool_number:
        return session_.query(every_pool_number, first, limit).all(reading_fields<pool_number_of<Row>>());
      case Entity::patient:
        return people(account, PersonType::patient, first, limit);
      case Entity::doctor:
        return people(account, PersonType::doctor, first, limit);
      case Entity::contact_number:
        return all(every_contact_number, reading_fields<contact_number_of<Row>>());
      case Entity::call:
        return all(every_call, reading_fields<call_record_of<Row>>());
      case Entity::message:
        return all(every_message, reading_fields<message_of<Row>>());
      case Entity::dial_list:
        return all(every_dial_list, reading_fields<dial_list_of<Row>>());
      case Entity::consent:
        return all(every_consent, reading_fields<consent_of<Row>>());
      case Entity::suppression:
        return all(every_suppression, reading_fields<suppression_of<Row>>());
      case Entity::webhook:
        return all(every_webhook, reading_fields<webhook_of<0, Row>>());
      case Entity::fhir_source:
        return all(every_fhir_source, reading_fields<fhir_source_of<Row>>());
      case Entity::saved_list:
        return all(every_saved_list, reading_fields<saved_list_of<Row>>());
      case Entity::session:
        return all(every_session, reading([](Row const& row, BookRow& read) {
                     read.fields = ledger_fields(session_of(row));
                     read.has_ended = row.template get<std::optional<Instant>>(7).has_value();
                   }));
      case Entity::calling_hours:
      case Entity::import_run:
        return {};
    }
    return {};
  }

  /// The account is the only row of its book, and the first id may be one beyond it.
  std::vector<BookRow> the_account(AccountId account, std::string const& first) const {
    auto const id = std::to_string(account.value);
    if (first > id) return {};
    return session_.query(every_account, account).all([&id](Row const& row) {
      BookRow read{.id = id, .fields = {}};
      try {
        read.fields = ledger_fields(account_of(row));
      } catch (std::runtime_error const&) {
      }
      return read;
    });
  }

  std::vector<BookRow> the_policy(AccountId account, std::string const& first) const {
    if (first > policy_id) return {};
    return session_.query(every_contact_policy, account).all([](Row const& row) {
      BookRow read{.id = std::string(policy_id), .fields = {}};
      try {
        read.fields = ledger_fields(contact_policy_of(row));
      } catch (std::runtime_error const&) {
      }
      return read;
    });
  }

  std::vector<BookRow> people(AccountId account, PersonType type, std::string const& first,
                              std::int64_t limit) const {
    return session_.query(every_person, account, first, limit, type)
        .all(reading(
            [](Row const& row, BookRow& read) {
              auto const person = person_of(row);
              read.fields = ledger_fields(person);
              auto const is_key_of = [&row](int column, std::string_view name) {
                return row.template get<std::string_view>(name_keys_of_person + column) == name_key(name);
              };
              if (!is_key_of(0, person.first_name))
                read.askew = "first_key";
              else if (!is_key_of(1, person.last_name))
                read.askew = "last_key";
            },
            1));
  }

  static constexpr std::string_view policy_id = "policy";

  Session& session_;
};

}  // namespace linebook::books

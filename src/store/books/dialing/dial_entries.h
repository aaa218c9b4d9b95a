// The people of dial lists. An entry is held by whoever decides about it; whoever looks for the next ones
// passes over what others hold, be they jobs of the same transaction or of another.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/ports/dial_lists.h"
#include "store/books/session/session.h"
#include "store/encoding/spelled_columns.h"

namespace linebook::books {

inline constexpr std::string_view dial_entry_columns =
    "id, list_id, person_type, person_id, state, turn_at, attempts, reason, outcome, phone_id, number,"
    " decision_id, call_id, updated_at";

template <class Row>
DialEntry dial_entry_of(Row const& row) {
  return {.id = row.template get<DialEntryId>(0),
          .list = row.template get<DialListId>(1),
          .person = {row.template get<PersonType>(2), row.template get<PersonId>(3)},
          .state = row.template get<DialEntryState>(4),
          .turn_at = row.template get<Instant>(5),
          .attempts = row.template get<int>(6),
          .reason = row.template get<std::optional<std::string>>(7),
          .outcome = row.template get<std::optional<Outcome>>(8),
          .phone = row.template get<std::optional<ContactNumberId>>(9),
          .number = row.template get<std::optional<TenDigits>>(10),
          .decision = row.template get<std::optional<DecisionId>>(11),
          .call = row.template get<std::optional<CallId>>(12),
          .updated_at = row.template get<Instant>(13)};
}

template <class Row>
DialCount dial_count_of(Row const& row) {
  return {.state = row.template get<DialEntryState>(0),
          .reason = row.template get<std::optional<std::string>>(1),
          .entries = row.template get<std::int64_t>(2),
          .first_turn_at = row.template get<Instant>(3)};
}

template <class Row>
std::optional<Instant> turn_of(Row const& row) {
  return row.template get<std::optional<Instant>>(0);
}

/// An entry's place in the order of turns.
struct Turn {
  Instant at;
  DialEntryId entry;
};
template <class Row>
Turn place_of_turn(Row const& row) {
  return {row.template get<Instant>(0), row.template get<DialEntryId>(1)};
}

inline constexpr Statement entry_by_id{
    "entry_by_id", SQL("SELECT ", dial_entry_columns,
                       " FROM dial_list_entries WHERE account_id = ?1 AND list_id = ?2 AND id = ?3{LOCK}")};
inline constexpr std::string_view next_turns =
    " FROM dial_list_entries{INDEXED BY dial_list_entries_by_turn} WHERE account_id = ?1 AND list_id = ?2"
    " AND state = ?3 AND turn_at BETWEEN ?4 AND ?5";
inline constexpr Statement entries_next{
    "entries_next", SQL("SELECT ", dial_entry_columns, next_turns, " ORDER BY turn_at, id LIMIT ?6")};
// In the index alone.
inline constexpr Statement entry_turns_behind{
    "entry_turns_behind",
    SQL("SELECT turn_at, id", next_turns, " AND (turn_at, id) > (?7, ?8) ORDER BY turn_at, id LIMIT ?6")};
inline constexpr Statement entry_if_free{
    "entry_if_free",
    SQL("SELECT ", dial_entry_columns,
        " FROM dial_list_entries WHERE account_id = ?1 AND list_id = ?2 AND id = ?3 AND state = ?4"
        " AND turn_at BETWEEN ?5 AND ?6{HOLD SKIP LOCKED}")};
inline constexpr std::string_view is_given_out_beyond_3 =
    " AND state IN ('leased', 'calling') AND (state = 'calling' OR turn_at > ?3)";
inline constexpr Statement entries_given_out{
    "entries_given_out", SQL("SELECT count(*) FROM dial_list_entries{INDEXED BY dial_list_entries_given_out}"
                             " WHERE account_id = ?1 AND person_type = ?2 AND person_id = ?4",
                             is_given_out_beyond_3)};
inline constexpr Statement numbers_given_out{
    "numbers_given_out",
    SQL("SELECT count(*) FROM dial_list_entries{INDEXED BY dial_list_entries_number_given_out}"
        " WHERE account_id = ?1 AND number = ?2",
        is_given_out_beyond_3)};
inline constexpr Statement person_if_free{
    "person_if_free",
    SQL("SELECT 1 FROM people WHERE account_id = ?1 AND person_type = ?2 AND id = ?3{HOLD SKIP LOCKED}")};
inline constexpr Statement person_is_there{
    "person_is_there", SQL("SELECT 1 FROM people WHERE account_id = ?1 AND person_type = ?2 AND id = ?3")};
inline constexpr Statement entry_first_turn{
    "entry_first_turn", SQL("SELECT min(turn_at) FROM dial_list_entries{INDEXED BY dial_list_entries_by_turn}"
                            " WHERE account_id = ?1 AND list_id = ?2 AND state = ?3")};
inline constexpr Statement entries_in_state{
    "entries_in_state", SQL("SELECT count(*) FROM dial_list_entries{INDEXED BY dial_list_entries_by_turn}"
                            " WHERE account_id = ?1 AND list_id = ?2 AND state = ?3")};
inline constexpr Statement entries_by_state{
    "entries_by_state", SQL("SELECT state, reason, count(*), min(turn_at)"
                            " FROM dial_list_entries{INDEXED BY dial_list_entries_by_turn}"
                            " WHERE account_id = ?1 AND list_id = ?2 GROUP BY state, reason"
                            " ORDER BY state, coalesce(reason, '')")};
inline constexpr Statement entries_in_order{
    "entries_in_order", SQL("SELECT ", dial_entry_columns,
                            " FROM dial_list_entries WHERE account_id = ?1 AND list_id = ?2 AND id > ?3"
                            " ORDER BY id LIMIT ?4")};
inline constexpr Statement entries_of_state{
    "entries_of_state",
    SQL("SELECT ", dial_entry_columns,
        " FROM dial_list_entries{INDEXED BY dial_list_entries_by_state} WHERE account_id = ?1"
        " AND list_id = ?2 AND state = ?5 AND id > ?3 ORDER BY id LIMIT ?4")};
inline constexpr Statement entries_of_reason{
    "entries_of_reason",
    SQL("SELECT ", dial_entry_columns,
        " FROM dial_list_entries{INDEXED BY dial_list_entries_by_reason} WHERE account_id = ?1"
        " AND list_id = ?2 AND reason = ?5 AND state = ?6 AND id > ?3 ORDER BY id LIMIT ?4")};
inline constexpr Statement insert_entry{
    "insert_entry", SQL("INSERT INTO dial_list_entries (account_id, ", dial_entry_columns,
                        ") VALUES (?1..?15) ON CONFLICT (account_id, list_id, person_type, person_id)"
                        " DO NOTHING")};
// Whose entry it is never changes.
inline constexpr Statement update_entry{
    "update_entry",
    SQL("UPDATE dial_list_entries SET state = ?4, turn_at = ?5, attempts = ?6, reason = ?7, outcome = ?8,"
        " phone_id = ?9, number = ?10, decision_id = ?11, call_id = ?12, updated_at = ?13"
        " WHERE account_id = ?1 AND list_id = ?2 AND id = ?3")};

/// Holds the next entries: two round trips, where others do not hold more than passed_over_at_once of the
/// first.
template <class Session>
class EntryHolder {
 public:
  EntryHolder(Session& session, AccountId account, DialListId const& list, DialEntryState state,
              DialTurns const& turns, std::int64_t limit)
      : session_(session), account_(account), list_(list), state_(state), turns_(turns), limit_(limit) {}

  std::vector<DialEntry> run() {
    Turn behind{Instant{INT64_MIN}, {}};
    while (wanted() > 0) {
      auto const page = wanted() + passed_over_at_once;
      auto const first = session_
                             .query(entry_turns_behind, account_, list_, state_, turns_.from, turns_.until,
                                    page, behind.at, behind.entry)
                             .all(place_of_turn<Row>);
      for (auto turn = first.begin(); turn != first.end() && wanted() > 0;) turn = hold(turn, first.end());
      if (std::ssize(first) < page) break;
      behind = first.back();
    }
    return std::move(held_);
  }

 private:
  using Row = typename Session::Row;
  using Place = typename std::vector<Turn>::const_iterator;
  static constexpr std::int64_t passed_over_at_once = 100;

  std::int64_t wanted() const { return limit_ - std::ssize(held_); }

  /// As many as are wanted, in one round trip; tells how far it has come.
  Place hold(Place turn, Place end) {
    std::vector<typename Session::Question> asked;
    for (; turn != end && std::ssize(asked) < wanted(); ++turn)
      if (session_.claim_if_free(claim_on_dial_entry(account_, turn->entry)))
        asked.push_back(
            session_.ask(entry_if_free, account_, list_, turn->entry, state_, turns_.from, turns_.until));
    for (auto& question : asked)
      if (auto entry = std::move(question).rows().one(dial_entry_of<Row>)) held_.push_back(std::move(*entry));
    return turn;
  }

  Session& session_;
  AccountId account_;
  DialListId const& list_;
  DialEntryState state_;
  DialTurns const& turns_;
  std::int64_t limit_;
  std::vector<DialEntry> held_;
};

template <class Session>
class DialEntriesBook final : public DialEntries {
 public:
  explicit DialEntriesBook(Session& session) : session_(session) {}

  std::optional<DialEntry> find(AccountId account, DialListId const& list,
                                DialEntryId const& id) const override {
    session_.claim(claim_on_dial_entry(account, id));
    return session_.query(entry_by_id, account, list, id).one(dial_entry_of<Row>);
  }

  bool is_given_out(AccountId account, PersonRef const& person, Instant now) const override {
    if constexpr (Session::has_rivals)
      if (session_.locks()) return is_given_out_or_held(account, person, now);
    return session_.query(entries_given_out, account, person.type, now, person.id).number() > 0;
  }

  bool is_given_out(AccountId account, TenDigits const& number, Instant now) const override {
    return session_.query(numbers_given_out, account, number, now).number() > 0;
  }

  bool insert(AccountId account, DialEntry const& e) override { return ask_insert(account, e).changed() > 0; }

  std::int64_t insert(AccountId account, std::vector<DialEntry> const& entries) override {
    std::vector<typename Session::Change> inserts;
    inserts.reserve(entries.size());
    for (auto const& e : entries) inserts.push_back(ask_insert(account, e));
    std::int64_t inserted = 0;
    for (auto& one : inserts) inserted += std::move(one).changed();
    return inserted;
  }

  void update(AccountId account, DialEntry const& e) override {
    session_.claim(claim_on_dial_entry(account, e.id));
    session_.change(update_entry, account, e.list, e.id, e.state, e.turn_at, e.attempts, e.reason, e.outcome,
                    e.phone, e.number, e.decision, e.call, e.updated_at);
  }

  std::vector<DialEntry> next(AccountId account, DialListId const& list, DialEntryState state,
                              DialTurns const& turns, std::int64_t limit) const override {
    if constexpr (Session::has_rivals)
      if (session_.locks()) return EntryHolder<Session>(session_, account, list, state, turns, limit).run();
    return session_.query(entries_next, account, list, state, turns.from, turns.until, limit)
        .all(dial_entry_of<Row>);
  }

  std::optional<Instant> first_turn(AccountId account, DialListId const& list,
                                    DialEntryState state) const override {
    return session_.query(entry_first_turn, account, list, state).one(turn_of<Row>).value_or(std::nullopt);
  }

  std::int64_t count(AccountId account, DialListId const& list, DialEntryState state) const override {
    return session_.query(entries_in_state, account, list, state).number();
  }

  std::vector<DialCount> counts(AccountId account, DialListId const& list) const override {
    return session_.query(entries_by_state, account, list).all(dial_count_of<Row>);
  }

  std::vector<DialEntry> page(AccountId account, DialListId const& list, DialEntryId const& after,
                              std::int64_t limit) const override {
    return session_.query(entries_in_order, account, list, after, limit).all(dial_entry_of<Row>);
  }

  std::vector<DialEntry> matching(AccountId account, DialListId const& list, DialEntryFilter const& filter,
                                  DialEntryId const& after, std::int64_t limit) const override {
    if (filter.reason) return with_reason(account, list, *filter.reason, filter.state, after, limit);
    if (filter.state)
      return session_.query(entries_of_state, account, list, after, limit, *filter.state)
          .all(dial_entry_of<Row>);
    return page(account, list, after, limit);
  }

 private:
  using Row = typename Session::Row;
  static constexpr std::array every_state{DialEntryState::waiting, DialEntryState::ready,
                                          DialEntryState::leased,  DialEntryState::calling,
                                          DialEntryState::done,    DialEntryState::blocked};

  /// The first ones of each state: so they are found at once, however many have that reason in another.
  std::vector<DialEntry> with_reason(AccountId account, DialListId const& list, std::string const& reason,
                                     std::optional<DialEntryState> only, DialEntryId const& after,
                                     std::int64_t limit) const {
    std::vector<DialEntry> found;
    for (auto const state : every_state)
      if (!only || state == *only)
        std::ranges::move(session_.query(entries_of_reason, account, list, after, limit, reason, state)
                              .all(dial_entry_of<Row>),
                          std::back_inserter(found));
    std::ranges::sort(found, {}, &DialEntry::id);
    if (std::ssize(found) > limit) found.erase(found.begin() + limit, found.end());
    return found;
  }

  typename Session::Change ask_insert(AccountId account, DialEntry const& e) {
    return session_.ask_change(insert_entry, account, e.id, e.list, e.person.type, e.person.id, e.state,
                               e.turn_at, e.attempts, e.reason, e.outcome, e.phone, e.number, e.decision,
                               e.call, e.updated_at);
  }

  /// Waits for nobody: two lists that give out the same people would hold them in different orders.
  bool is_given_out_or_held(AccountId account, PersonRef const& person, Instant now) const {
    if (!session_.claim_if_free(claim_on_giving_out(account, person))) return true;
    auto held = session_.ask(person_if_free, account, person.type, person.id);
    auto there = session_.ask(person_is_there, account, person.type, person.id);
    auto given_out = session_.ask(entries_given_out, account, person.type, now, person.id);
    bool const by_us = std::move(held).rows().number() > 0;
    bool const by_nobody = std::move(there).rows().number() == 0;
    return std::move(given_out).rows().number() > 0 || !(by_us || by_nobody);
  }

  Session& session_;
};

}  // namespace linebook::books

// What a decision asks of the books, in one statement. Nothing is locked: a decision stands on the facts of
// one moment, and what changes afterwards is for the next one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/ports/reach.h"
#include "store/books/contacts/contact_numbers.h"
#include "store/books/contacts/people.h"
#include "store/books/lines/line_rows.h"
#include "store/books/reach/contact_policies.h"
#include "store/books/reach/reassigned_numbers.h"
#include "store/books/reach/suppressions.h"
#include "store/books/session/session.h"
#include "store/encoding/joined_times.h"
#include "store/search/digit_search.h"

namespace linebook::books {

// -- The columns of the one row
// --------------------------------------------------------------------------------

inline constexpr std::string_view consent_standing_columns =
    ", k.status, k.basis, k.at, k.expires_at,"
    " (SELECT max(g.at) FROM consents g{INDEXED BY consents_by_phone} WHERE g.account_id = ?1"
    "  AND g.phone_id = c.id AND g.status = 'granted'), ";
/// The latest consent, by an entry `c`.
inline constexpr std::string_view with_consent =
    " LEFT JOIN consents k ON k.account_id = ?1 AND k.id = (SELECT l.id FROM consents l"
    "{INDEXED BY consents_by_phone} WHERE l.account_id = ?1 AND l.phone_id = c.id AND l.channel = ?3"
    " AND l.purpose = ?4 ORDER BY l.at DESC, l.id DESC LIMIT 1)";
inline constexpr std::string_view standing_columns =
    "s.number, s.call_reason, s.call_at, s.text_reason, s.text_at, s.created_at, s.updated_at, r.on_date,"
    " r.answer, y.version, y.document, y.updated_at, (SELECT max(version) FROM calling_hours), (SELECT ";
/// What follows the function that joins the times of attempts `a` on the number of `c`.
inline constexpr std::string_view attempts_of_number =
    " FROM (SELECT t.at FROM contact_attempts t{INDEXED BY contact_attempts_by_number} WHERE t.account_id = "
    "?1"
    "  AND t.number = c.number AND t.at >= ?5 AND NOT t.inbound AND (t.purpose IS NULL OR t.purpose = ?4)"
    "  ORDER BY t.at DESC LIMIT ?6) a)";
inline constexpr std::string_view with_standing =
    " LEFT JOIN suppressions s ON s.account_id = ?1 AND s.number = c.number"
    " LEFT JOIN reassigned_answers r ON r.account_id = ?1 AND r.number = c.number"
    " LEFT JOIN contact_policies y ON y.account_id = ?1";
inline constexpr std::string_view sqlite_times = "group_concat(a.at, ',')";
inline constexpr std::string_view postgres_times = "string_agg(a.at::text, ',')";

inline constexpr int columns_of_person = 16;
inline constexpr int consent_begins = columns_of_number + columns_of_person;
inline constexpr int columns_of_consent_standing = 5;
inline constexpr int standing_begins = consent_begins + columns_of_consent_standing;

template <class Row>
ReachableEntry reachable_entry_of(Row const& row) {
  ReachableEntry entry{.number = contact_number_of(row),
                       .person = person_at(row, columns_of_number),
                       .consent = {},
                       .consented_at = row.template get<std::optional<Instant>>(consent_begins + 4)};
  if (auto const status = row.template get<std::optional<ConsentStatus>>(consent_begins))
    entry.consent = {.status = *status,
                     .basis = row.template get<ConsentBasis>(consent_begins + 1),
                     .at = row.template get<Instant>(consent_begins + 2),
                     .expires_at = row.template get<std::optional<Instant>>(consent_begins + 3)};
  return entry;
}

/// Newest first: neither engine promises the order.
inline std::vector<Instant> times_of(std::string_view joined) {
  auto times = split_times(joined);
  std::ranges::sort(times, std::greater());
  return times;
}

template <class Row>
NumberStanding standing_at(Row const& row, int begin) {
  NumberStanding standing;
  if (row.template get<std::optional<std::string_view>>(begin))
    standing.suppression = suppression_at(row, begin);
  if (row.template get<std::optional<ReassignedAnswer>>(begin + 8) == ReassignedAnswer::yes)
    standing.reassigned_on = day_at(row, begin + 7);
  if (row.template get<std::optional<std::int64_t>>(begin + 9))
    standing.policy = contact_policy_at(row, begin + 9);
  standing.calling_hours_version = row.template get<std::optional<std::int64_t>>(begin + 12).value_or(0);
  standing.attempts = times_of(row.template get<std::optional<std::string_view>>(begin + 13).value_or(""));
  return standing;
}

template <class Row>
ReachFacts reach_facts_of(Row const& row) {
  ReachFacts facts{.entries = {}, .standing = standing_at(row, standing_begins)};
  facts.entries.push_back(reachable_entry_of(row));
  return facts;
}
template <class Row>
NumberStanding standing_of(Row const& row) {
  return standing_at(row, 0);
}

// -- Statements
// ------------------------------------------------------------------------------------------------

#define REACH_FACTS(times, condition)                                                                     \
  SQL("SELECT ", number_columns, ", ", person_columns, consent_standing_columns, standing_columns, times, \
      attempts_of_number, " FROM contact_numbers c", with_person, with_consent, with_standing,            \
      " WHERE c.account_id = ?1 AND " condition)

inline constexpr Statement reach_of_entry{"reach_of_entry", REACH_FACTS(sqlite_times, "c.id = ?2"),
                                          REACH_FACTS(postgres_times, "c.id = ?2")};
// Only where there is an index of numbers.
inline constexpr Statement reach_of_number{
    "reach_of_number", REACH_FACTS(sqlite_times, "c.number = ?2 ORDER BY c.id LIMIT ?7"),
    REACH_FACTS(postgres_times, "c.number = ?2 ORDER BY c.id LIMIT ?7")};
#undef REACH_FACTS
// A number that is in nobody's book.
#define REACH_STANDING(times)                                 \
  SQL("SELECT ", standing_columns, times, attempts_of_number, \
      " FROM (SELECT ?2 AS number, ?3 AS channel) c", with_standing)
inline constexpr Statement reach_standing{"reach_standing", REACH_STANDING(sqlite_times),
                                          REACH_STANDING(postgres_times)};
#undef REACH_STANDING

// Unlocked: many decisions are taken for one line at a time.
inline constexpr Statement reach_line{
    "reach_line", SQL("SELECT ", line_columns, " FROM lines WHERE account_id = ?1 AND id = ?2")};
inline constexpr Statement reach_line_numbered{
    "reach_line_numbered", SQL("SELECT ", line_columns,
                               " FROM lines{INDEXED BY lines_by_number} WHERE account_id = ?1"
                               " AND phone_number = ?2")};

inline constexpr Statement reach_pool_carrier{"reach_pool_carrier",
                                              SQL("SELECT carrier FROM pool_numbers WHERE number = ?1")};

template <class Row>
std::optional<CarrierName> pool_carrier_of(Row const& row) {
  return row.template get<std::optional<CarrierName>>(0);
}

template <class Session>
class ReachBook final : public Reach {
 public:
  ReachBook(Session& session, DigitSearch const& search) : session_(session), search_(search) {}

  std::optional<ReachFacts> entry(AccountId account, ContactNumberId const& id,
                                  ReachQuestion const& q) const override {
    return session_
        .query(reach_of_entry, account, id, q.channel, q.purpose, q.attempts_since, max_attempts_read)
        .one(reach_facts_of<Row>);
  }

  ReachFacts entries(AccountId account, TenDigits const& number, ReachQuestion const& q,
                     std::int64_t limit) const override {
    ReachFacts all;
    if constexpr (Session::has_rivals) {
      for (auto& facts : session_
                             .query(reach_of_number, account, number, q.channel, q.purpose, q.attempts_since,
                                    max_attempts_read, limit)
                             .all(reach_facts_of<Row>))
        take(std::move(facts), all);
    } else {
      // Its numbers are found in memory.
      for (auto const& linked : search_.with_number(account, number, limit))
        if (auto facts = entry(account, linked.number.id, q)) take(std::move(*facts), all);
    }
    if (all.entries.empty())
      all.standing = session_
                         .query(reach_standing, account, number, q.channel, q.purpose, q.attempts_since,
                                max_attempts_read)
                         .one(standing_of<Row>)
                         .value_or(NumberStanding{});
    return all;
  }

  bool anybody_said_do_not_call(AccountId account, TenDigits const& number) const override {
    ContactNumberFilter filter;
    filter.digits = number.str();
    filter.do_not_call = true;
    return search_.numbers(account, filter, 1, 0).total > 0;
  }

  std::optional<Line> line(AccountId account, LineId const& id) const override {
    return session_.query(reach_line, account, id).one(line_of<Row>);
  }

  std::optional<Line> line_numbered(AccountId account, std::string_view number) const override {
    return session_.query(reach_line_numbered, account, number).one(line_of<Row>);
  }

  std::optional<CarrierName> pool_carrier(E164 const& number) const override {
    return session_.query(reach_pool_carrier, number).one(pool_carrier_of<Row>).value_or(std::nullopt);
  }

 private:
  using Row = typename Session::Row;
  static constexpr std::int64_t max_attempts_read = max_cap + 1;

  static void take(ReachFacts&& more, ReachFacts& all) {
    all.entries.push_back(std::move(more.entries.front()));
    all.standing = std::move(more.standing);  // of the number: the same in every row
  }

  Session& session_;
  DigitSearch const& search_;
};

}  // namespace linebook::books

// How the books reach one connection (store/books/session/session.h). One job at a time uses it, and none
// other in the installation changes things meanwhile: nothing to claim or to lock.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "app/ports/contact_numbers.h"
#include "app/ports/decisions.h"
#include "app/ports/ledger.h"
#include "store/books/session/session.h"
#include "store/sqlite/account_counters.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/effects.h"

namespace linebook::sqlite {

/// What is bound by its value: it may be gone when the statement runs. Views point elsewhere.
template <class T>
inline constexpr bool is_bound_by_value =
    std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_same_v<T, Instant> ||
    std::is_same_v<T, AccountId> || std::is_same_v<T, std::string_view> || std::is_same_v<T, Bytes>;
template <class T>
inline constexpr bool is_bound_by_value<std::optional<T>> = is_bound_by_value<T>;

class Session {
 public:
  using Row = Query;
  static constexpr bool has_rivals = false;
  static constexpr std::string_view above_all_text = "\xff";  // no UTF-8 text holds this byte

  explicit Session(Connection& db) : counters(db), db_(db) {}

  Connection& connection() { return db_; }

  // -- Statements -------------------------------------------------------------------------------------------

  template <class... Args>
  Query query(books::Statement const& statement, Args const&... args) {
    return Query(db_, statement.sqlite, args...);
  }

  /// Nothing travels here: asked when its rows are taken.
  class Question {
   public:
    template <class... Args>
    explicit Question(Connection& db, Statement const& statement, Args const&... args)
        : query_(db, statement, args...) {}
    Query&& rows() && { return std::move(query_); }

   private:
    Query query_;
  };
  template <class... Args>
  Question ask(books::Statement const& statement, Args&&... args) {
    static_assert(((std::is_lvalue_reference_v<Args> || is_bound_by_value<Args>) && ...),
                  "what is asked with must outlive the question");
    return Question(db_, statement.sqlite, args...);
  }

  template <class... Args>
  void change(books::Statement const& statement, Args const&... args) {
    changed(statement, args...);
  }
  template <class... Args>
  std::int64_t changed(books::Statement const& statement, Args const&... args) {
    return Query(db_, statement.sqlite, args...).run();
  }

  /// Done at once.
  class Change {
   public:
    explicit Change(std::int64_t changed) : changed_(changed) {}
    std::int64_t changed() && { return changed_; }

   private:
    std::int64_t changed_;
  };
  template <class... Args>
  Change ask_change(books::Statement const& statement, Args const&... args) {
    return Change(changed(statement, args...));
  }

  static constexpr bool locks() { return false; }
  static constexpr books::Claim claim(books::ClaimKey const&) { return books::Claim::held_already; }
  static constexpr std::optional<books::Claim> claim_if_free(books::ClaimKey const&) {
    return books::Claim::held_already;
  }
  template <class... Args>
  static constexpr void lock(books::Statement const&, Args const&...) {}
  static constexpr void was_absent(books::ClaimKey const&) {}
  static constexpr bool found_absent(books::ClaimKey const&) { return false; }

  // -- What this engine does in its own way -----------------------------------------------------------------

  // ledger.cc
  void append(AccountId, LedgerEntry const&);
  LedgerPage newest_entries(AccountId, LedgerFilter const&, std::optional<std::int64_t> before,
                            std::int64_t limit);
  std::int64_t last_sequence(AccountId account) const { return counters.last_sequence(account); }
  std::vector<std::int64_t> ledger_heads(std::span<AccountId const>) const;

  // decisions.cc
  void append_decision(AccountId, Decision const&);
  std::int64_t last_decision(AccountId account) const { return counters.last_decision(account); }

  // quality.cc
  QualityReport quality(AccountId);

  void settle() { counters.write(); }
  static constexpr books::Totals pending_totals(AccountId) { return {}; }
  static constexpr std::array<AccountId, 0> accounts_with_pending_entries() { return {}; }
  void count_numbers(AccountId account, std::int64_t more) { counters.count_contact_numbers(account, more); }
  void count_people(AccountId account, PersonType type, std::int64_t more) {
    counters.count_people(account, type, more);
  }

  void number_changed(AccountId, ContactNumber const&);
  void number_removed(AccountId, ContactNumberId const&);
  void account_inserted(AccountId);
  void account_changed(AccountId account) { effects.key_changes.accounts.push_back(account); }
  void key_changed(KeyId const& key) { effects.key_changes.keys.push_back(key); }
  void session_ended(KeyChanges::EndedSession ended) {
    effects.key_changes.sessions.push_back(std::move(ended));
  }

  AccountCounters counters;
  Effects effects;

 private:
  std::int64_t first_at_or_after(AccountId, Instant);

  Connection& db_;
};

}  // namespace linebook::sqlite

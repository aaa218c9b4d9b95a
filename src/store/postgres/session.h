// How the ports of one job reach the database: they ask and get rows, or change and go on. Behind it is a
// fiber of a batch, or a thread with a connection to itself.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "app/ports/contact_numbers.h"
#include "app/ports/ledger.h"
#include "store/books/session/session.h"
#include "store/postgres/book_changes.h"
#include "store/postgres/connection.h"

namespace linebook::postgres {

using books::Claim;

class Session {
 public:
  using Row = postgres::Row;
  static constexpr bool has_rivals = true;
  static constexpr std::string_view above_all_text = "\xF4\x8F\xBF\xBF";  // the last of all characters

  enum class Purpose { reads, changes };

  explicit Session(Purpose purpose) : purpose_(purpose) {}
  virtual ~Session() = default;

  /// What its statements are part of: of a job, or of nothing.
  void trace_statements(TracePlace const& place) { trace_ = place; }
  Session(Session const&) = delete;

  bool changes_things() const { return purpose_ == Purpose::changes; }
  /// A job that changes things locks the rows that it reads, so that they stand until it has decided.
  bool locks() const { return changes_things(); }

  /// Other jobs run on this thread while it waits: it must not wait for anything but the database.
  virtual bool shares_thread() const { return false; }

  /// An answer that has been asked for: several of them travel together.
  class Question {
   public:
    Question(Session& session, std::shared_ptr<Answer> answer)
        : session_(session), answer_(std::move(answer)) {}
    /// Waits for it. Once.
    Rows rows() && {
      while (!answer_->is_there) session_.wait();
      return std::move(answer_->rows);
    }

   private:
    Session& session_;
    std::shared_ptr<Answer> answer_;
  };

  template <class... Args>
  Question ask(Statement const& statement, Args const&... args) {
    auto answer = std::make_shared<Answer>();
    put({&statement, Parameters(args...), answer, span_of(statement)});
    return {*this, std::move(answer)};
  }
  template <class... Args>
  Rows query(Statement const& statement, Args const&... args) {
    return ask(statement, args...).rows();
  }
  template <class... Args>
  Question ask(books::Statement const& statement, Args const&... args) {
    return ask(statement.on_postgres(locks()), args...);
  }
  template <class... Args>
  Rows query(books::Statement const& statement, Args const&... args) {
    return ask(statement.on_postgres(locks()), args...).rows();
  }
  /// Is done before whatever the transaction asks later. Where it fails, the transaction does.
  template <class... Args>
  void change(Statement const& statement, Args const&... args) {
    Parameters parameters(args...);
    if (parameters.had_unstorable_text())
      throw std::invalid_argument(std::string(statement.name) + ": a text that is no UTF-8 or holds NUL");
    changes.rows = true;
    put({&statement, std::move(parameters), nullptr, span_of(statement)});
  }
  template <class... Args>
  void change(books::Statement const& statement, Args const&... args) {
    change(statement.postgres, args...);
  }
  /// Waits, to tell how many rows it changed.
  template <class... Args>
  std::int64_t changed(books::Statement const& statement, Args const&... args) {
    changes.rows = true;
    return query(statement.postgres, args...).changed();
  }
  /// A change that has been asked for, as a Question is.
  class Change {
   public:
    explicit Change(Question question) : question_(std::move(question)) {}
    /// Waits for it. Once.
    std::int64_t changed() && { return std::move(question_).rows().changed(); }

   private:
    Question question_;
  };
  template <class... Args>
  Change ask_change(books::Statement const& statement, Args const&... args) {
    changes.rows = true;
    return Change(ask(statement.postgres, args...));
  }
  /// Locks rows ahead of a question, without waiting.
  template <class... Args>
  void lock(books::Statement const& statement, Args const&... args) {
    put({&statement.postgres, Parameters(args...), nullptr, span_of(statement.postgres)});
  }

  /// Keeps the other jobs of the batch away from `key` until this one has ended; waits while another has it.
  /// Row locks do not keep the jobs of one transaction apart. Nothing where the job only reads.
  Claim claim(books::ClaimKey const& key) {
    if (!changes_things()) return Claim::held_already;
    auto const [claimed, is_new] = claimed_.insert(key.str());
    return is_new ? take_claim(*claimed) : Claim::held_already;
  }

  /// Claims `key` unless another job of the batch has it.
  std::optional<Claim> claim_if_free(books::ClaimKey const& key) {
    if (!changes_things()) return Claim::held_already;
    auto wanted = key.str();
    if (claimed_.contains(wanted)) return Claim::held_already;
    if (is_claimed(wanted)) return std::nullopt;
    return take_claim(*claimed_.insert(std::move(wanted)).first);
  }

  /// Remembers what the job looked for and did not find.
  void was_absent(books::ClaimKey const& key) {
    if (changes_things()) absent_.insert(key.str());
  }
  bool found_absent(books::ClaimKey const& key) const { return absent_.contains(key.str()); }

  // -- What this engine does in its own way -----------------------------------------------------------------

  // ledger.cc
  /// The entry gets its place when the transaction commits: its own job does not read it back.
  void append(AccountId, LedgerEntry const&);
  LedgerPage newest_entries(AccountId, LedgerFilter const&, std::optional<std::int64_t> before,
                            std::int64_t limit);
  std::int64_t last_sequence(AccountId);
  std::vector<std::int64_t> ledger_heads(std::span<AccountId const>);

  // decisions.cc
  /// Gets its place when the transaction commits, as an entry does.
  void append_decision(AccountId, Decision const&);
  std::int64_t last_decision(AccountId);

  // quality.cc
  QualityReport quality(AccountId);

  /// Nothing can be written ahead of the transaction's last statements.
  static constexpr void settle() {}
  std::vector<AccountId> accounts_with_pending_entries() const;
  void count_numbers(AccountId account, std::int64_t more) {
    changes.of(account).totals.contact_numbers += more;
  }
  void count_people(AccountId account, PersonType type, std::int64_t more) {
    changes.of(account).totals.of(type) += more;
  }

  // The digit indexes of every node follow the ledger.
  static constexpr void number_changed(AccountId, ContactNumber const&) {}
  static constexpr void number_removed(AccountId, ContactNumberId const&) {}
  void account_inserted(AccountId) { changes.rows = true; }
  void account_changed(AccountId account) { changes.keys.accounts.push_back(account); }
  void key_changed(KeyId const& key) { changes.keys.keys.push_back(key); }
  void session_ended(KeyChanges::EndedSession ended) { changes.keys.sessions.push_back(std::move(ended)); }

  /// What this job has changed in memory so far.
  BookChanges changes;
  /// Together with what its batch holds already of the account.
  virtual Totals pending_totals(AccountId account) const {
    auto const* own = changes.find(account);
    return own == nullptr ? Totals{} : own->totals;
  }
  virtual std::int64_t pending_entries(AccountId account) const {
    auto const* own = changes.find(account);
    return own == nullptr ? 0 : std::ssize(own->entries);
  }

 protected:
  virtual void put(Request) = 0;
  /// Until something that was asked is answered.
  virtual void wait() = 0;
  virtual Claim take_claim(std::string const&) { return Claim::at_once; }
  /// By whichever job.
  virtual bool is_claimed(std::string const&) const { return false; }

 private:
  OpenSpan span_of(Statement const& statement) {
    if (trace_.recorder == nullptr || ++statements_told_ > JobTrace::max_statements) return {};
    return OpenSpan(trace_, SpanKind::client, statement.name);
  }

  Purpose const purpose_;
  TracePlace trace_;
  int statements_told_ = 0;
  std::unordered_set<std::string> claimed_;
  std::unordered_set<std::string> absent_;
};

/// A thread's own connection, inside a transaction that only reads.
class DirectSession final : public Session {
 public:
  /// `check` is called at every round trip, and throws where the job is to be given up.
  DirectSession(Connection& db, std::function<void()> const& check)
      : Session(Purpose::reads), db_(db), check_(check) {}

 private:
  void put(Request request) override { db_.queue(std::move(request)); }
  void wait() override {
    check_();
    db_.exchange(Connection::Then::goes_on);
  }
  Connection& db_;
  std::function<void()> const& check_;
};

}  // namespace linebook::postgres

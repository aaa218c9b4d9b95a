// How the ports of one job reach the database: they ask and get rows, or change and go on. Behind it is a
// fiber of a batch, or a thread with a connection to itself.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>

#include "store/postgres/book_changes.h"
#include "store/postgres/connection.h"

namespace linebook::postgres {

/// What a job gets when it asks for a key that others of its batch may hold.
enum class Claim { held_already, at_once, after_others };

class Session {
 public:
  enum class Purpose { reads, changes };

  explicit Session(Purpose purpose) : purpose_(purpose) {}
  virtual ~Session() = default;
  Session(Session const&) = delete;

  /// A job that changes things locks the rows that it reads, so that they stand until it has decided.
  bool changes_things() const { return purpose_ == Purpose::changes; }

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
    put({&statement, Parameters(args...), answer});
    return {*this, std::move(answer)};
  }
  template <class... Args>
  Rows query(Statement const& statement, Args const&... args) {
    return ask(statement, args...).rows();
  }
  /// Is done before whatever the transaction asks later. Where it fails, the transaction does.
  template <class... Args>
  void change(Statement const& statement, Args const&... args) {
    Parameters parameters(args...);
    if (parameters.had_unstorable_text())
      throw std::invalid_argument(std::string(statement.name) + ": a text that is no UTF-8 or holds NUL");
    changes.rows = true;
    put({&statement, std::move(parameters), nullptr});
  }
  /// Locks rows ahead of a question, without waiting.
  template <class... Args>
  void lock(Statement const& statement, Args const&... args) {
    put({&statement, Parameters(args...), nullptr});
  }

  /// Keeps the other jobs of the batch away from `key` until this one has ended; waits while another has it.
  /// Row locks do not keep the jobs of one transaction apart. Nothing where the job only reads.
  Claim claim(std::string const& key) {
    if (!changes_things() || !claimed_.insert(key).second) return Claim::held_already;
    return take_claim(key);
  }

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

 private:
  Purpose const purpose_;
  std::unordered_set<std::string> claimed_;
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

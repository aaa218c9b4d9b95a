#include "store/postgres/batch.h"

#include <algorithm>
#include <utility>

namespace linebook::postgres {
namespace {

/// Thrown inside a job that is not to go on.
struct Abandoned {};

}  // namespace

class Batch::Strand final : public Session {
 public:
  enum class State { runs, awaits_answers, awaits_claim, ended };

  Strand(Batch& batch, std::size_t job)
      : Session(batch.purpose_), job(job), fiber(batch.idle_fibers_.take()), batch_(batch) {}

  bool shares_thread() const override { return true; }
  Totals pending_totals(AccountId account) const override {
    auto totals = Session::pending_totals(account);
    if (auto const* earlier = batch_.changes_.find(account)) {
      totals.contact_numbers += earlier->totals.contact_numbers;
      totals.patients += earlier->totals.patients;
      totals.doctors += earlier->totals.doctors;
    }
    return totals;
  }
  std::int64_t pending_entries(AccountId account) const override {
    auto const* earlier = batch_.changes_.find(account);
    return Session::pending_entries(account) + (earlier == nullptr ? 0 : std::ssize(earlier->entries));
  }

  std::size_t const job;
  std::unique_ptr<Fiber> fiber;
  State state = State::runs;
  bool abandoned = false;
  std::exception_ptr thrown;
  std::vector<Request> requests;  // since the last exchange
  std::size_t answered = 0;       // how many exchanges there had been when its last answers came
  std::string first_lock;         // of those requests: they are sent in this order
  std::vector<std::string> claims;

 private:
  void put(Request request) override {
    if (abandoned) throw Abandoned();
    requests.push_back(std::move(request));
    if (requests.size() >= max_unsent) wait();
  }

  void wait() override { suspend(State::awaits_answers); }

  Claim take_claim(std::string const& key) override {
    if (first_lock.empty()) first_lock = key;
    auto const [holder, is_free] = batch_.claims_.try_emplace(key, Holder{this, {}});
    if (is_free) {
      claims.push_back(key);
      auto const released = batch_.released_.find(key);
      bool const after_my_answers = released != batch_.released_.end() && released->second >= answered;
      return after_my_answers ? Claim::after_others : Claim::at_once;
    }
    holder->second.waiting.push_back(this);
    suspend(State::awaits_claim);
    return Claim::after_others;
  }

  bool is_claimed(std::string const& key) const override { return batch_.claims_.contains(key); }

  void suspend(State waits_for) {
    if (abandoned) throw Abandoned();
    state = waits_for;
    fiber->suspend();
    state = State::runs;
    if (abandoned) throw Abandoned();
  }

  Batch& batch_;
};

Batch::Batch(Connection& db, IdleFibers& idle, Session::Purpose purpose)
    : db_(db), idle_fibers_(idle), purpose_(purpose) {}

Batch::~Batch() = default;

void Batch::run(std::size_t count, Work const& work, Ended const& ended) {
  strands_.reserve(count);
  unfinished_ = count;
  try {
    for (std::size_t i = 0; i < count; ++i) {
      auto& strand = *strands_.emplace_back(std::make_unique<Strand>(*this, i));
      strand.fiber->start([&work, &strand] {
        try {
          work(strand.job, strand);
        } catch (Abandoned const&) {
        } catch (...) {
          strand.thrown = std::current_exception();
        }
        strand.state = Strand::State::ended;
      });
      look_after(strand, ended);
    }
    while (unfinished_ > 0) {
      while (!runnable_.empty()) {
        auto& strand = *runnable_.front();
        runnable_.pop_front();
        strand.fiber->resume();
        look_after(strand, ended);
      }
      if (unfinished_ > 0) exchange();
    }
  } catch (...) {
    abandon();
    throw;
  }
}

/// Looks after a job that has just suspended or ended.
void Batch::look_after(Strand& strand, Ended const& ended) {
  if (strand.state != Strand::State::ended) return;
  --unfinished_;
  idle_fibers_.put_back(std::move(strand.fiber));
  std::ranges::move(strand.requests, std::back_inserter(settled_));
  strand.requests.clear();
  if (!strand.thrown) changes_.take(std::move(strand.changes));
  release_claims(strand);
  ended(strand.job, std::exchange(strand.thrown, nullptr));
}

void Batch::release_claims(Strand& strand) {
  for (auto const& key : strand.claims) {
    released_[key] = exchanges_;
    auto const held = claims_.find(key);
    auto& waiting = held->second.waiting;
    if (waiting.empty()) {
      claims_.erase(held);
      continue;
    }
    auto* const next = waiting.front();
    waiting.pop_front();
    held->second.strand = next;
    next->claims.push_back(key);
    runnable_.push_back(next);
  }
  strand.claims.clear();
}

void Batch::send_rest() {
  for (auto& request : settled_) db_.queue(std::move(request));
  settled_.clear();
}

void Batch::exchange() {
  std::vector<Strand*> asking;
  for (auto const& strand : strands_)
    if (strand->state == Strand::State::awaits_answers) asking.push_back(strand.get());
  if (asking.empty()) throw JobsInEachOthersWay();
  // Rows are locked in one order by every batch on every node, as far as they are locked at once.
  std::ranges::sort(asking, {}, [](Strand const* strand) {
    return std::pair<std::string_view, std::size_t>(strand->first_lock, strand->job);
  });
  send_rest();
  for (auto* strand : asking) {
    for (auto& request : strand->requests) db_.queue(std::move(request));
    strand->requests.clear();
    strand->first_lock.clear();
  }
  db_.exchange(Connection::Then::goes_on);
  ++exchanges_;
  for (auto* strand : asking) strand->answered = exchanges_;
  runnable_.insert(runnable_.end(), asking.begin(), asking.end());
}

void Batch::abandon() {
  for (auto& strand : strands_) {
    if (strand->state == Strand::State::ended) continue;
    strand->abandoned = true;
    strand->fiber->resume();
    idle_fibers_.put_back(std::move(strand->fiber));
  }
  strands_.clear();
}

}  // namespace linebook::postgres

#include "sync/fhir_sync.h"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "app/ports/blocking.h"
#include "app/sync/take_in_person.h"
#include "domain/sync/fhir_sync_counts.h"
#include "sync/fhir_client.h"
#include "sync/telecom_edit.h"

namespace linebook {
namespace {

void add(FhirSyncCounts& sum, FhirSyncCounts const& more) {
  for (auto const& [name, count] : fhir_sync_counts) sum.*count += more.*count;
}

void note(FhirSyncRun& run, TakenIn const& taken) {
  add(run.counts, taken.counts);
  for (auto const& conflict : taken.conflicts)
    if (run.conflicts.size() < max_told_in_run) run.conflicts.push_back(conflict);
}

void note_problem(FhirSyncRun& run, PersonRef const& person, std::string what) {
  ++run.counts.problems;
  if (run.problems.size() < max_told_in_run) run.problems.push_back({person, std::move(what)});
}

std::optional<Instant>& since_of(FhirProgress& progress, PersonType type) {
  return type == PersonType::patient ? progress.patients_since : progress.doctors_since;
}

/// Notices pages that lead back to one another, in constant memory: one of them is remembered, ever longer
/// (R. P. Brent's way to find a cycle).
class PageCycle {
 public:
  bool closes_with(std::string const& page) {
    if (page == remembered_) return true;
    if (++since_ == reach_) {
      remembered_ = page;
      since_ = 0;
      reach_ *= 2;
    }
    return false;
  }

 private:
  std::string remembered_;
  std::uint64_t since_ = 0;
  std::uint64_t reach_ = 1;
};

bool is_suspended(Transaction const& tx, AccountId account) {
  auto const owner = tx.accounts().find(account);
  return owner && owner->status == AccountStatus::suspended;
}

class SyncRun {
 public:
  SyncRun(FhirSyncSettings const& settings, AccountId account, FhirSourceId id)
      : s_(settings),
        account_(account),
        id_(std::move(id)),
        request_id_(s_.ids.next("req_", s_.clock.now())),
        lease_(s_.ids.next("run_", s_.clock.now())),
        span_(s_.tracer.open(SpanKind::internal, "fhir.sync", std::nullopt)) {
    span_.note("linebook.account", account_.value);
    span_.note("linebook.fhir_source", id_.value);
  }

  Result<FhirSyncRun> run() {
    auto done = begin();
    if (!begun_) return fail(std::move(done.error()));
    if (done) done = go();
    if (!done && done.error().code == ErrorCode::conflict) return fail(std::move(done.error()));
    if (!done) span_.fail();
    return end(done ? std::nullopt : std::optional(std::move(done.error())));
  }

 private:
  /// Changes what stands of the source, held by this node, in one transaction with what `work` does in it.
  template <class Work>
  Result<void> step(Work work) {
    auto stepped = write_and_wait(s_.store, [&](Transaction& tx) -> Result<FhirSource> {
      auto source = tx.fhir_sources().find(account_, id_);
      if (!source) return fail(not_found("FHIR source"));
      if (is_suspended(tx, account_))
        return fail(ErrorCode::forbidden,
                    "the account is suspended; the run goes on after `linebook accounts resume`");
      auto const now = s_.clock.now();
      if (source->lease != lease_ && begun_)
        return fail(ErrorCode::conflict, "another run has taken the FHIR source over");
      if (held_by_another(*source, lease_, now))
        return fail(ErrorCode::conflict, "another run of this FHIR source is under way");
      source->lease = lease_;
      source->lease_until = now + fhir_source_lease;
      Context const ctx{account_, actor_of(*source), request_id_, now, s_.ids, s_.secrets, s_.policies};
      if (Result<void> worked = work(tx, ctx, *source); !worked) return fail(std::move(worked.error()));
      tx.fhir_sources().update(account_, *source);
      return std::move(*source);
    });
    if (!stepped) return fail(std::move(stepped.error()));
    source_ = std::move(*stepped);
    begun_ = true;
    if (source_.progress.run) s_.progress(source_.progress.run->counts);
    return {};
  }

  /// Time that passes while something is waited for. The lease is renewed when half of it is over.
  Result<void> rest(std::chrono::milliseconds duration) {
    constexpr std::chrono::milliseconds slice{1000};
    for (auto left = duration;; left -= slice) {
      if (!s_.rest(std::clamp(left, std::chrono::milliseconds(0), slice))) return fail(run_stopped());
      if (source_.lease_until && *source_.lease_until < s_.clock.now() + fhir_source_lease / 2) {
        auto held = step([](Transaction&, Context const&, FhirSource&) -> Result<void> { return {}; });
        if (!held) return held;
      }
      if (left <= slice) return {};
    }
  }

  /// A run that was interrupted goes on as the same one.
  Result<void> begin() {
    auto begun = step([&](Transaction&, Context const& ctx, FhirSource& source) -> Result<void> {
      auto& run = source.progress.run;
      if (!run || run->ended_at) run = FhirSyncRun{.started_at = ctx.now};
      return {};
    });
    if (!begun) return begun;
    due_at_ = source_.due_at;
    auto token = read_and_wait(
        s_.store, [&](Transaction const& tx) { return open_token(tx, account_, s_.secrets, source_); });
    if (!token) return fail(std::move(token.error()));
    client_.emplace(s_.http,
                    FhirClient::Settings{.url = source_.url,
                                         .token = std::move(*token),
                                         .rest = [this](std::chrono::milliseconds d) { return rest(d); },
                                         .trace = span_.place()});
    return {};
  }

  Result<void> go() {
    if (auto marked = mark(); !marked) return marked;
    if (auto exported = pull_export(); !exported) return exported;
    auto const first = source_.progress.walk ? source_.progress.walk->type : PersonType::patient;
    auto const second = first == PersonType::patient ? PersonType::doctor : PersonType::patient;
    bool knows_people = false;
    for (auto const type : {first, second}) {
      auto const pulled = pull(type);
      if (!pulled) return fail(pulled.error());
      knows_people |= *pulled;
    }
    if (!knows_people)
      return fail(
          ErrorCode::unavailable,
          "the FHIR server knows neither Patient nor Practitioner (404): is " + source_.url + " its root?");
    if (auto marked = mark(); !marked) return marked;
    return push();
  }

  Result<FhirSyncRun> end(std::optional<Error> error) {
    bool const interrupted = error && *error == run_stopped();
    auto done = step([&](Transaction&, Context const& ctx, FhirSource& source) -> Result<void> {
      source.lease.reset();
      source.lease_until.reset();
      if (interrupted) return {};
      auto& run = *source.progress.run;
      run.ended_at = ctx.now;
      run.error = error ? std::optional(error->message) : std::nullopt;
      // Somebody may have asked for another run meanwhile.
      if (source.due_at == due_at_)
        source.due_at = source.every ? std::optional(ctx.now + *source.every) : std::nullopt;
      return {};
    });
    if (!done) return fail(std::move(done.error()));
    if (interrupted) return fail(std::move(*error));
    return *source_.progress.run;
  }

  Result<void> mark() {
    for (bool more = true; more;) {
      auto marked = step([&](Transaction& tx, Context const& ctx, FhirSource& source) -> Result<void> {
        more = mark_local_changes(tx, ctx, source);
        return {};
      });
      if (!marked) return marked;
      if (auto rested = rest({}); !rested) return rested;
    }
    return {};
  }

  bool is_first_time() const {
    auto const& progress = source_.progress;
    return !progress.walk && !progress.patients_since && !progress.doctors_since;
  }

  /// The first time all at once, where the server can do that. Where it comes to nothing, the searches bring
  /// the same.
  Result<void> pull_export() {
    auto const walk = source_.progress.walk;
    bool const goes_on = walk && walk->lines;
    if (!goes_on && !is_first_time()) return {};
    if (!goes_on) {
      auto const offered = client_->offers_export();
      if (!offered) return fail(offered.error());
      if (!*offered) return {};
    }
    auto state = goes_on ? Result<std::string>(walk->next_page) : client_->begin_export();
    auto made = state ? client_->await_export(*state) : Result<FhirExport>(fail(state.error()));
    auto done = made ? take_export(*state, *made) : Result<void>(fail(made.error()));
    if (!done && done.error().code == ErrorCode::expired) return begin_walk_anew();
    return done;
  }

  Result<void> take_export(std::string const& state, FhirExport const& made) {
    std::int64_t lines = 0;  // of all files so far
    for (auto const& file : made.files) {
      auto text = client_->read_export(made, file);
      if (!text) return fail(std::move(text.error()));
      std::vector<FhirRecord> batch;
      for (std::string_view left = *text; !left.empty();) {
        auto const end = std::min(left.find('\n'), left.size());
        auto const line = left.substr(0, end);
        left.remove_prefix(std::min(end + 1, left.size()));
        ++lines;
        bool const is_done = source_.progress.walk && source_.progress.walk->lines.value_or(0) >= lines;
        if (!is_done && !line.empty())
          batch.push_back(FhirClient::read_line(file.type, line, s_.clock.now()));
        if (batch.size() < max_people_taken_at_once && !left.empty()) continue;
        auto taken = take_lines(batch, FhirWalk{file.type, state, made.made_at, lines});
        if (!taken) return taken;
        batch.clear();
      }
    }
    return step([&](Transaction&, Context const&, FhirSource& source) -> Result<void> {
      source.progress.walk.reset();
      for (auto const type : {PersonType::patient, PersonType::doctor})
        since_of(source.progress, type) = made.made_at - fhir_look_back;
      return {};
    });
  }

  Result<void> take_lines(std::vector<FhirRecord> const& batch, FhirWalk const& walk) {
    if (batch.empty()) return {};
    auto taken = step([&](Transaction& tx, Context const& ctx, FhirSource& source) -> Result<void> {
      for (auto const& record : batch) take(tx, ctx, source, record);
      source.progress.walk = walk;
      return {};
    });
    return taken ? rest({}) : taken;
  }

  /// False: the server has no such resources.
  Result<bool> pull(PersonType type) {
    int begun_anew = 0;
    PageCycle cycle;
    // What changed since an interrupted search was made is in none of its pages.
    bool is_old_search = source_.progress.walk && source_.progress.walk->type == type;
    for (;;) {
      auto const walk = source_.progress.walk;
      bool const goes_on = walk && walk->type == type;
      if (!goes_on) cycle = {};  // another search may have pages of the same names
      if (goes_on && cycle.closes_with(walk->next_page))
        return fail(ErrorCode::unavailable,
                    "the FHIR server's pages lead back to one another without an end");
      auto const now = s_.clock.now();
      auto page = goes_on ? client_->page(type, walk->next_page, now)
                          : client_->search(type, since_of(source_.progress, type), now);
      if (!page && page.error().code == ErrorCode::expired && begun_anew++ < max_walks_begun_anew) {
        if (auto forgotten = begin_walk_anew(); !forgotten) return fail(forgotten.error());
        is_old_search = false;
        continue;
      }
      // A server may know no practitioners.
      if (!page && page.error().code == ErrorCode::not_found && !goes_on) return false;
      if (!page) return fail(std::move(page.error()));
      auto const searched_at =
          goes_on ? walk->searched_at : page->made_at.value_or(now - fhir_clock_allowance);
      if (auto taken = take(type, *page, searched_at); !taken) return fail(taken.error());
      if (page->next.empty() && !std::exchange(is_old_search, false)) return true;
      if (auto rested = rest({}); !rested) return fail(rested.error());
    }
  }

  Result<void> begin_walk_anew() {
    return step([](Transaction&, Context const&, FhirSource& source) -> Result<void> {
      source.progress.walk.reset();
      return {};
    });
  }

  /// The page's people, and with the last of them that it was read.
  Result<void> take(PersonType type, FhirPage const& page, Instant searched_at) {
    std::span<FhirRecord const> left(page.records);
    do {
      auto const batch = left.first(std::min(left.size(), max_people_taken_at_once));
      left = left.subspan(batch.size());
      auto taken = step([&](Transaction& tx, Context const& ctx, FhirSource& source) -> Result<void> {
        for (auto const& record : batch) take(tx, ctx, source, record);
        if (!left.empty()) return {};
        source.progress.walk.reset();
        if (page.next.empty())
          since_of(source.progress, type) = searched_at - fhir_look_back;
        else
          source.progress.walk = FhirWalk{.type = type, .next_page = page.next, .searched_at = searched_at};
        return {};
      });
      if (!taken) return taken;
    } while (!left.empty());
    return {};
  }

  void take(Transaction& tx, Context const& ctx, FhirSource& source, FhirRecord const& record) {
    auto& run = *source.progress.run;
    ++run.counts.read;
    if (is_in_step(tx, account_, source, record.person, record.version)) return;
    if (!record.said) return note_problem(run, record.person, record.said.error().message);
    auto const taken = take_in_person(tx, ctx, source, *record.said, record.version);
    if (taken)
      note(run, *taken);
    else
      note_problem(run, record.person, taken.error().message);
  }

  Result<void> push() {
    std::optional<PersonRef> after;
    for (;;) {
      auto due = read_and_wait(s_.store, [&](Transaction const& tx) -> Result<std::vector<FhirLink>> {
        return tx.fhir_links().due(account_, id_, after, max_pushed_at_once);
      });
      if (!due) return fail(std::move(due.error()));
      if (due->empty()) return {};
      std::vector<PersonRef> people;
      for (auto const& link : *due) people.push_back(link.person);
      after = people.back();
      for (int attempt = 1; !people.empty() && attempt <= max_put_attempts; ++attempt)
        if (auto pushed = push(people); !pushed) return pushed;
      if (people.empty()) continue;
      auto told = step([&](Transaction&, Context const&, FhirSource& source) -> Result<void> {
        for (auto const& person : people)
          note_problem(*source.progress.run, person,
                       "was changed at the server again and again; it is next time's");
        return {};
      });
      if (!told) return told;
    }
  }

  /// Leaves in `people` those whom the server changed between our reading and our PUT.
  Result<void> push(std::vector<PersonRef>& people) {
    auto documents = client_->read(people, s_.clock.now());
    if (!documents) return fail(std::move(documents.error()));
    std::vector<FhirPut> puts;
    std::map<PersonRef, SyncedPhones> wanted;
    auto prepared = step([&](Transaction& tx, Context const& ctx, FhirSource& source) -> Result<void> {
      puts.clear();
      wanted.clear();
      for (std::size_t i = 0; i < people.size(); ++i)
        prepare(tx, ctx, source, people[i], (*documents)[i], puts, wanted);
      return {};
    });
    people.clear();
    if (!prepared || puts.empty()) return prepared;
    auto answers = client_->put(puts);
    if (!answers) return fail(std::move(answers.error()));
    for (std::size_t i = 0; i < puts.size(); ++i)
      if ((*answers)[i].outcome == PutOutcome::changed_meanwhile) people.push_back(puts[i].person);
    return step([&](Transaction& tx, Context const& ctx, FhirSource& source) -> Result<void> {
      for (std::size_t i = 0; i < puts.size(); ++i)
        settle(tx, ctx, source, puts[i].person, (*answers)[i], wanted.at(puts[i].person));
      return {};
    });
  }

  /// What the server has now is taken in first; then a PUT where it has not got what it should.
  void prepare(Transaction& tx, Context const& ctx, FhirSource& source, PersonRef const& person,
               std::optional<FhirDocument> const& document, std::vector<FhirPut>& puts,
               std::map<PersonRef, SyncedPhones>& wanted) {
    auto& run = *source.progress.run;
    if (!document) {
      tx.fhir_links().remove(account_, id_, person);
      return note_problem(run, person, "is no longer at the server");
    }
    auto const& record = document->record;
    if (!record.said) return note_problem(run, person, record.said.error().message);
    if (record.version.empty())
      return note_problem(run, person, "cannot be changed safely: the server tells no version (ETag) of it");
    auto const taken = take_in_person(tx, ctx, source, *record.said, record.version);
    if (!taken) return note_problem(run, person, taken.error().message);
    note(run, *taken);
    if (taken->wanted == taken->theirs) return;
    auto text = with_phones(document->text, taken->theirs, taken->wanted, ctx.now);
    if (!text) return note_problem(run, person, text.error().message);
    puts.push_back({person, record.version, std::move(*text)});
    wanted.emplace(person, taken->wanted);
  }

  void settle(Transaction& tx, Context const& ctx, FhirSource& source, PersonRef const& person,
              FhirPutAnswer const& answer, SyncedPhones const& phones) {
    auto& run = *source.progress.run;
    if (answer.outcome == PutOutcome::refused)
      note_problem(run, person,
                   "was not taken by the server, which answered " + std::to_string(answer.status));
    if (answer.outcome != PutOutcome::taken) return;
    settle_push(tx, ctx, source, person, phones, answer.version);
    ++run.counts.pushed;
  }

  FhirSyncSettings const& s_;
  AccountId account_;
  FhirSourceId id_;
  std::string request_id_;
  std::string lease_;  // no other run's, here or on another node
  FhirSource source_;  // as the last step left it
  OpenSpan span_;
  bool begun_ = false;
  std::optional<Instant> due_at_;
  std::optional<FhirClient> client_;
};

}  // namespace

Result<FhirSyncRun> sync_fhir_source(FhirSyncSettings const& settings, AccountId account,
                                     FhirSourceId const& id) {
  return SyncRun(settings, account, id).run();
}

}  // namespace linebook

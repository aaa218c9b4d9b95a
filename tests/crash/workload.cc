#include "crash/workload.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <functional>
#include <future>
#include <optional>
#include <stdexcept>
#include <thread>

#include "app/access/accounts.h"
#include "app/contacts/contact_numbers.h"
#include "app/contacts/import_contact.h"
#include "app/contacts/people.h"
#include "app/ledger/seals.h"
#include "crash/recorded_replica.h"

namespace linebook::crash {
namespace {

using fakes::Random;
using fakes::RecordingVfs;

constexpr std::size_t account_count = 3;
constexpr std::size_t jobs_a_batch = 8;
constexpr std::size_t chosen_people = 10;  // a type and account; others come by themselves
constexpr PhoneType phone_types[] = {PhoneType::cell, PhoneType::home, PhoneType::other};
Policies const policies;

TenDigits some_number(Random& random) {
  return *TenDigits::parse(fmt::format("21255501{:02}", random.below(30)));
}
PhoneType some_type(Random& random) { return phone_types[random.below(std::size(phone_types))]; }
PersonRef some_person(Random& random) {
  auto const type = random.chance(0.7) ? PersonType::patient : PersonType::doctor;
  return {type, {fmt::format("{}-{}", to_string(type), random.below(chosen_people))}};
}

/// What a job does, for one account and one person; each tells what became of it.
struct Deed {
  Transaction& tx;
  Context const& ctx;
  Random& random;
  PersonRef person = some_person(random);

  Result<void> add(bool may_collide = true) {
    AddContactNumber const command{.number = some_number(random),
                                   .phone_type = some_type(random),
                                   .person = person,
                                   .primary = random.chance(0.5),
                                   .do_not_call = random.chance(0.2)};
    auto const added = add_contact_number(tx, ctx, command);
    if (!added && !may_collide) throw std::logic_error(added.error().message);
    return added ? Result<void>{} : fail(added.error());
  }

  std::optional<ContactNumber> some_number_of_person() {
    auto const numbers = tx.contact_numbers().of_person(ctx.account, person, 100);
    if (numbers.empty()) return std::nullopt;
    return numbers[random.below(numbers.size())];
  }

  void edit() {
    auto const number = some_number_of_person();
    if (!number) return;
    EditContactNumber command{};
    if (random.chance(0.4)) command.edit.number = some_number(random);
    if (random.chance(0.4)) command.edit.phone_type = some_type(random);
    if (random.chance(0.5)) command.edit.primary = random.chance(0.5);
    if (random.chance(0.3)) command.edit.do_not_call = random.chance(0.5);
    (void)edit_contact_number(tx, ctx, number->id, {}, command);
  }

  void set_primary() {
    if (auto const number = some_number_of_person())
      (void)edit_contact_number(
          tx, ctx, number->id, {},
          {.edit = {.number = {}, .phone_type = {}, .primary = true, .do_not_call = {}}});
  }

  void remove() {
    if (auto const number = some_number_of_person()) (void)delete_contact_number(tx, ctx, number->id, {});
  }

  void import_rows() {
    auto const rows = 3 + random.below(8);
    ContactImport import(tx, ctx);
    for (std::size_t i = 0; i < rows; ++i)
      (void)import.add({.number = some_number(random),
                        .phone_type = some_type(random),
                        .person = person,
                        .first_name = "Kim",
                        .last_name = fmt::format("Row {}", random.below(3)),
                        .email = random.chance(0.3) ? std::optional("kim@example.com") : std::nullopt,
                        .timezone = {},
                        .contact_window = {},
                        .state = {},
                        .date_of_birth = {},
                        .gender = {},
                        .npi = {},
                        .primary = random.chance(0.4),
                        .verified = random.chance(0.4),
                        .do_not_call = random.chance(0.1)});
  }

  void create() {
    PersonDraft draft{.id = std::nullopt,
                      .first_name = "Alex",
                      .last_name = "Doe",
                      .email = {},
                      .timezone = {},
                      .contact_window = {},
                      .state = {},
                      .date_of_birth = {},
                      .gender = {},
                      .npi = {}};
    for (std::size_t i = 0; i < 3; ++i)
      draft.numbers.push_back(
          {.position = i,
           .number = *TenDigits::parse(fmt::format("58555501{:02}", 10 * i + random.below(10))),
           .phone_type = phone_types[i],
           .primary = i == 0});
    person = {PersonType::patient, create_person(tx, ctx, PersonType::patient, draft)->person.ref.id};
  }
};

}  // namespace

// -- Jobs ---------------------------------------------------------------------------------------------------

struct Workload::Job final : WriteJob {
  void run(Transaction& tx) override { acknowledged = work(tx); }
  void done(std::optional<Error> error) override {
    if (at_done) at_done();
    if (error) acknowledged = nullptr;
    promise.set_value(std::move(acknowledged));
  }
  std::function<Acknowledged(Transaction&)> work;
  std::function<void()> at_done;  // after the commit, before anybody is told
  Acknowledged acknowledged;
  std::promise<Acknowledged> promise;
};

/// Keeps the writer busy, so that what is handed over meanwhile becomes one transaction.
struct Workload::Gate {
  explicit Gate(Store& store) {
    auto job = std::make_unique<Job>();
    job->work = [this](Transaction&) -> Acknowledged {
      reached.set_value();
      opened.get_future().wait();
      return nullptr;
    };
    closed = job->promise.get_future();
    store.write(std::move(job));
    reached.get_future().wait();
  }
  void open() {
    opened.set_value();
    closed.wait();
  }
  std::promise<void> reached;
  std::promise<void> opened;
  std::future<Acknowledged> closed;
};

/// A read that goes on: meanwhile the log can be copied over only in part, and cannot start over.
struct Workload::Snapshot {
  explicit Snapshot(Store& store)
      : thread([this, &store] { store.read(ReadCost::long_walk, std::make_unique<Read>(*this)); }) {
    taken.get_future().wait();
  }
  ~Snapshot() {
    ended.set_value();
    thread.join();
  }
  struct Read final : ReadJob {
    explicit Read(Snapshot& s) : snapshot(s) {}
    void run(Transaction const& tx) override {
      (void)tx.ledger().last_sequence(AccountId{1});
      snapshot.taken.set_value();
      snapshot.ended.get_future().wait();
    }
    void done(std::optional<Error>) override {}
    Snapshot& snapshot;
  };
  std::promise<void> taken;
  std::promise<void> ended;
  std::thread thread;
};

Workload::Acknowledged Workload::create_account(Transaction& tx) {
  auto const name = fmt::format("account {}", tx.accounts().list().size() + 1);
  Context const ctx{{}, "operator", "req_0", clock_.now(), ids_, secrets_, policies};
  auto const account = linebook::create_account(tx, ctx, name)->id;
  return [account, text = ledger_text(tx, account)](Books& books) { books[ledger_key(account)] = text; };
}

Workload::Acknowledged Workload::run_job(Transaction& tx, std::uint64_t job_seed) {
  Random random(job_seed);
  if (tx.accounts().list().size() < account_count) return create_account(tx);
  AccountId const account{static_cast<std::int64_t>(1 + random.below(account_count))};
  Context const ctx{account, "key_1", "req_1", clock_.now(), ids_, secrets_, policies};
  Deed deed{tx, ctx, random};

  std::function<void(Books&)> also = [](Books&) {};
  switch (random.below(16)) {
    case 0:
    case 1:
    case 2:
      deed.import_rows();
      break;
    case 3:
      deed.create();
      break;
    case 4:
    case 5:
      (void)deed.add();
      break;
    case 6:
    case 7:
      deed.edit();
      break;
    case 8:
    case 9:
      deed.set_primary();
      break;
    case 10:
      deed.remove();
      break;
    case 11:
    case 12: {  // with an Idempotency-Key that another job may have used already
      auto const slot = answer_slot(account, fmt::format("request {}", random.below(40)));
      if (tx.idempotency().find(slot)) break;
      auto const added = deed.add();
      KeptAnswer const answer{.body_hash = "hash",
                              .status = added ? 201 : 422,
                              .head = "Content-Type: application/json\r\n",
                              .body = std::string(random.below(6000), added ? 'a' : 'b'),
                              .created_at = ctx.now};
      tx.idempotency().keep(slot, answer);
      also = [slot, answer](Books& books) { books[answer_key(slot)] = answer_text(answer); };
      break;
    }
    case 13:
      seal_rows(tx, SealedBook::ledger, account, secrets_);
      break;
    case 14:  // undone by its savepoint
      deed.import_rows();
      deed.add(false);
      if (random.chance(0.5)) throw StoreUnavailable("as the test wants it");
      throw std::logic_error("as the test wants it");
    default:
      if (random.chance(0.7)) {
        auto const again = deed.some_number_of_person();
        if (again) tx.contact_numbers().insert(account, *again);  // a constraint refuses it
        break;
      }
      tx.idempotency().forget({ctx.now.milliseconds + 1}, 1000);
      also = [](Books& books) {
        std::erase_if(books, [](auto const& entry) { return entry.first.starts_with("answer "); });
      };
  }
  auto const person =
      tx.people().find(account, deed.person) ? person_key(account, deed.person) : std::string();
  return [=, person_is = person_text(tx, account, deed.person),
          ledger_is = ledger_text(tx, account)](Books& books) {
    if (!person.empty()) books[person] = person_is;
    books[ledger_key(account)] = ledger_is;
    also(books);
  };
}

// -- A life -------------------------------------------------------------------------------------------------

SqliteStoreOptions store_options(RecordingVfs const& vfs) {
  // Soon, so that a short run has many checkpoints; and never by the clock, so that each run has the same.
  return {.log = [](std::string_view) {},
          .vfs = vfs.name(),
          .checkpoint = {.idle_pages = 1'000'000, .busy_pages = 40}};
}

void Workload::run_batch(Store& store, RecordingVfs& vfs, std::unique_ptr<Snapshot>& snapshot, Life& life) {
  std::vector<std::future<Acknowledged>> answers;
  Gate gate(store);
  // Now that the writer is through with the checkpoint that may have followed the last batch.
  auto const part = life.books.size() % 25;
  if (part == 10) snapshot = std::make_unique<Snapshot>(store);
  if (part == 16) snapshot.reset();
  clock_.advance(std::chrono::milliseconds(10));
  auto const size = random_.chance(0.4) ? 1 : 2 + random_.below(jobs_a_batch - 1);
  for (std::size_t i = 0; i < size; ++i) {
    auto job = std::make_unique<Job>();
    job->work = [this, job_seed = seed_ * 1'000'000 + jobs_++](Transaction& tx) {
      return run_job(tx, job_seed);
    };
    if (i == 0) job->at_done = [&vfs, commit = life.books.size()] { vfs.note(commit); };
    answers.push_back(job->promise.get_future());
    store.write(std::move(job));
  }
  gate.open();
  auto books = life.books.back();
  for (auto& answer : answers)
    if (auto const acknowledged = answer.get()) acknowledged(books);
  life.books.push_back(std::move(books));
  life.times.push_back(clock_.now());
}

Life Workload::live(fakes::DiskImage disk, Books books, std::size_t commits) {
  Life life{std::move(disk), {}, {std::move(books)}, {}};
  clock_.advance(std::chrono::milliseconds(10));
  RecordingVfs vfs("recording");
  vfs.load(life.disk);
  // The salts of the log are random.
  sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, static_cast<int>(seed_ * 100 + ++lives_), nullptr);
  vfs.start_recording();
  {
    auto options = store_options(vfs);
    if (replica_) options.replica = with_files(*replica_, vfs, [this] { return clock_.now(); });
    auto opened = SqliteStore::open(database, std::move(options));
    if (!opened) throw std::runtime_error(opened.error().message);
    auto& store = **opened;
    life.times.push_back(clock_.now());
    vfs.note(0);
    std::unique_ptr<Snapshot> snapshot;
    while (life.books.size() <= commits) run_batch(store, vfs, snapshot, life);
    Gate(store).open();
  }
  life.log = vfs.stop_recording();
  return life;
}

}  // namespace linebook::crash

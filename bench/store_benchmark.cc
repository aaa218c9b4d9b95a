// The embedded store by itself, beside SQLite on the same rows.
//
//   build/bench/bench/store_benchmark [--benchmark_filter=…]
//
// Databases are made in the current directory, so that commits meet a real disk.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "app/contacts/contact_numbers.h"
#include "app/ledger/ledger_fields.h"
#include "app/ports/blocking.h"
#include "bench/bare_book.h"
#include "fakes/counting_ids.h"
#include "fakes/plain_secrets.h"
#include "store/sqlite/sqlite_store.h"

namespace {

using namespace linebook;

constexpr int seeded_people = 5'000;
constexpr int seeded_numbers = 2 * seeded_people;
constexpr Instant noon = Instant::from_seconds(1'740'000'000);

TenDigits digits(std::int64_t index) {
  return *TenDigits::parse(std::to_string(2'000'000'000 + index * 7'368'787 % 8'000'000'000));
}

/// Who has this number.
PersonRef person(std::int64_t index) {
  auto id = std::to_string(index / 2 % seeded_people);
  id.insert(0, 7 - id.size(), '0');
  return {PersonType::patient, {"pat_" + id}};
}

/// A store with a seeded book, in a directory that goes with it.
class Book {
 public:
  Book() {
    std::filesystem::create_directory(directory_);
    open();
    account = write_and_wait(*store, [](Transaction& tx) -> Result<AccountId> {
                return tx.accounts().insert({.id = {},
                                             .name = "bench",
                                             .status = AccountStatus::active,
                                             .wrapped_data_key = "key",
                                             .created_at = noon});
              }).value();
    for (int first = 0; first < seeded_people; first += 500) {
      auto const seeded = write_and_wait(*store, [&](Transaction& tx) -> Result<void> {
        for (int i = first; i < first + 500; ++i) {
          Person p{};
          p.ref = person(2 * i);
          p.first_name = "Mary";
          p.last_name = "Johnson";
          p.created_at = p.updated_at = noon;
          tx.people().insert(account, p);
          record(tx, context(), Entity::patient, p.ref.id.value, Action::created, {}, ledger_fields(p));
          for (int n : {2 * i, 2 * i + 1}) numbers.push_back(add(tx, n));
        }
        return {};
      });
      if (!seeded) throw std::runtime_error(seeded.error().message);
    }
  }
  Book(Book const&) = delete;
  ~Book() {
    store.reset();
    std::filesystem::remove_all(directory_);
  }

  std::string path() const { return directory_ + "/linebook.db"; }
  void open() {
    auto opened = SqliteStore::open(path());
    if (!opened) throw std::runtime_error(opened.error().message);
    store = std::move(*opened);
  }

  Context context() {
    return {.account = account,
            .actor = "key_01M81R4DFD0QJ54PYE0VYCSPWW",
            .request_id = "req_01M81R4DFD0QJ54PYE0VYCSPWV",
            .now = noon,
            .ids = ids,
            .secrets = secrets,
            .policies = policies};
  }

  /// As POST does, without looking for what may be wrong with it.
  ContactNumberId add(Transaction& tx, std::int64_t index) {
    return place_contact_number(tx, context(),
                                {.id = {ids.next("phn_", noon)},
                                 .person = person(index),
                                 .number = digits(index),
                                 .phone_type = PhoneType::cell,
                                 .created_at = noon,
                                 .updated_at = noon})
        .id;
  }

  AccountId account;
  std::vector<ContactNumberId> numbers;
  std::unique_ptr<SqliteStore> store;
  fakes::CountingIds ids;
  fakes::PlainSecrets secrets;
  Policies policies;
  std::int64_t next_number = seeded_numbers;

 private:
  std::string const directory_ = "store_benchmark." + std::to_string(::getpid());
};

struct Count {
  std::atomic<int> value{0};
  void add_one() {
    if (value.fetch_sub(1) == 1) value.notify_one();
  }
  void wait() {
    for (int left = value; left > 0; left = value) value.wait(left);
  }
};

template <class Work>
struct BoundedRead final : ReadJob {
  explicit BoundedRead(Work& w) : work(w) {}
  void run(Transaction const& tx) override { work(tx); }
  void done(std::optional<Error> error) override {
    if (error) throw std::runtime_error(error->message);
  }
  Work& work;
};

template <class Work>
void read(Store& store, Work work) {
  store.read(ReadCost::bounded, std::make_unique<BoundedRead<Work>>(work));
}

void point_read(benchmark::State& state) {
  Book book;
  std::size_t at = 0;
  for (auto _ : state) {
    at = (at + 7919) % book.numbers.size();
    read(*book.store, [&](Transaction const& tx) {
      benchmark::DoNotOptimize(tx.contact_numbers().find(book.account, book.numbers[at]));
    });
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(point_read);

void list_page(benchmark::State& state) {
  Book book;
  for (auto _ : state) {
    read(*book.store, [&](Transaction const& tx) {
      benchmark::DoNotOptimize(tx.contact_numbers().list(book.account, {}, 20, state.range(0)));
    });
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(list_page)->ArgName("offset")->Arg(0)->Arg(5'000);

/// So many jobs handed over at once, until the last is durable.
void group_commit(benchmark::State& state) {
  Book book;
  Count left;
  struct Job final : WriteJob {
    Job(Book& b, Count& c) : book(b), count(c) {}
    void run(Transaction& tx) override { book.add(tx, book.next_number++); }
    void done(std::optional<Error>) override { count.add_one(); }
    Book& book;
    Count& count;
  };
  for (auto _ : state) {
    left.value = static_cast<int>(state.range(0));
    for (int i = 0; i < state.range(0); ++i) book.store->write(std::make_unique<Job>(book, left));
    left.wait();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(group_commit)
    ->ArgName("jobs")
    ->Arg(1)
    ->Arg(16)
    ->Arg(64)
    ->Arg(128)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

/// The same rows in one transaction of SQLite's.
void bare_commit(benchmark::State& state) {
  Book book;
  book.store.reset();
  {
    bench::BareBook bare(book.path());
    for (auto _ : state) bare.commit(static_cast<int>(state.range(0)));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(bare_commit)
    ->ArgName("rows")
    ->Arg(1)
    ->Arg(16)
    ->Arg(64)
    ->Arg(128)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();

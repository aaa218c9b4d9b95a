// The distributed store by itself, without HTTP, on a PostgreSQL server of its own with default durability.
//
//   build/bench/bench/postgres_store_benchmark [JOBS [SECONDS [WRITERS]]]
//
// Keeps so many jobs under way (64), each of which hands over the next when it is done; then pgbench runs the
// statements of the same addition, one transaction each, with as many clients.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <ranges>
#include <stdexcept>
#include <string>
#include <thread>

#include "app/contacts/contact_numbers.h"
#include "app/ports/blocking.h"
#include "fakes/counting_ids.h"
#include "fakes/plain_secrets.h"
#include "fakes/postgres_server.h"
#include "store/postgres/postgres_store.h"

namespace {

using namespace linebook;

constexpr int seeded_people = 5'000;
constexpr Instant noon = Instant::from_seconds(1'740'000'000);

TenDigits digits(std::int64_t index) {
  return *TenDigits::parse(std::to_string(2'000'000'000 + index * 7'368'787 % 8'000'000'000));
}

PersonRef person(std::int64_t index) {
  return {PersonType::patient, {fmt::format("pat_{:07}", index % seeded_people)}};
}

struct Book {
  Book(std::string const& url, unsigned writers) {
    auto opened = PostgresStore::open({.url = url, .writers = writers});
    if (!opened) throw std::runtime_error(opened.error().message);
    store = std::move(*opened);
    account = write_and_wait(*store, [](Transaction& tx) -> Result<AccountId> {
                return tx.accounts().insert(
                    {.id = {}, .name = "bench", .wrapped_data_key = "key", .created_at = noon});
              }).value();
    auto const seeded = write_and_wait(*store, [&](Transaction& tx) -> Result<void> {
      for (int i = 0; i < seeded_people; ++i) {
        Person p{};
        p.ref = person(i);
        p.first_name = "Mary";
        p.last_name = "Johnson";
        p.created_at = p.updated_at = noon;
        tx.people().insert(account, p);
      }
      return {};
    });
    if (!seeded) throw std::runtime_error(seeded.error().message);
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

  std::unique_ptr<PostgresStore> store;
  AccountId account;
  fakes::CountingIds ids;
  fakes::PlainSecrets secrets;
  Policies policies;
  std::atomic<std::int64_t> next{0};
  std::atomic<std::int64_t> done{0};
  std::atomic<int> under_way{0};
  std::atomic<bool> over{false};
};

struct Add final : WriteJob {
  explicit Add(Book& b) : book(b), index(b.next++) {}
  void run(Transaction& tx) override {
    auto const added = add_contact_number(
        tx, book.context(),
        {.number = digits(index), .phone_type = PhoneType::cell, .person = person(index * 7919)});
    if (!added) throw std::runtime_error(added.error().message);
  }
  void done(std::optional<Error> error) override;
  static void give(Book& b) { b.store->write(std::make_unique<Add>(b)); }
  Book& book;
  std::int64_t index;
};

struct Get final : ReadJob {
  explicit Get(Book& b) : book(b), index(b.next++) {}
  void run(Transaction const& tx) override {
    if (!tx.people().find(book.account, person(index * 7919))) throw std::runtime_error("not found");
  }
  void done(std::optional<Error> error) override;
  static void give(Book& b) { b.store->read(ReadCost::bounded, std::make_unique<Get>(b)); }
  Book& book;
  std::int64_t index;
};

/// Whoever is done hands over the next.
template <class Job>
void go_on(Book& book, std::optional<Error> const& error) {
  if (error) {
    fmt::print(stderr, "{}\n", error->message);
    std::exit(1);
  }
  ++book.done;
  if (book.over)
    --book.under_way;
  else
    Job::give(book);
}
void Add::done(std::optional<Error> error) { go_on<Add>(book, error); }
void Get::done(std::optional<Error> error) { go_on<Get>(book, error); }

template <class Job>
void measure(Book& book, char const* what, int jobs, std::chrono::seconds time) {
  auto const counts = [&] {
    return std::pair(book.store->postgres_counters().round_trips.load(),
                     book.store->counters().commits.load());
  };
  book.over = false;
  book.under_way = jobs;
  for (int i = 0; i < jobs; ++i) Job::give(book);
  std::this_thread::sleep_for(std::chrono::seconds(8));  // until the statistics of the young tables are there
  auto const before = counts();
  auto const started = std::chrono::steady_clock::now();
  auto const done = book.done.load();
  std::this_thread::sleep_for(time);
  auto const took = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  auto const finished = book.done.load() - done;
  auto const after = counts();
  fmt::print("{}: {:.0f}/s with {} under way; {:.0f} round trips/s, {:.0f} commits/s\n", what,
             static_cast<double>(finished) / took, jobs,
             static_cast<double>(after.first - before.first) / took,
             static_cast<double>(after.second - before.second) / took);
  book.over = true;
  while (book.under_way > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

void print_statements(Book& book) {
  auto counts = book.store->statement_counts();
  std::ranges::sort(counts, std::greater(), &StatementCount::microseconds);
  for (auto const& count : counts | std::views::take(12))
    fmt::print("  {:<28} {:>9} calls {:>7.1f} us each\n", count.name, count.calls,
               static_cast<double>(count.microseconds) /
                   static_cast<double>(std::max<std::uint64_t>(count.calls, 1)));
}

constexpr char const* pgbench_script = R"(\set person random(0, 4999)
\set number random(2000000000, 9999999999)
\set id random(1, 1000000000000)
BEGIN;
SELECT first_name, last_name FROM people WHERE account_id = 1 AND person_type = 'patient'
   AND id = 'pat_' || lpad((:person)::text, 7, '0');
SELECT id FROM contact_numbers WHERE account_id = 1 AND person_type = 'patient'
   AND person_id = 'pat_' || lpad((:person)::text, 7, '0') AND number = (:number)::text;
INSERT INTO contact_numbers (account_id, id, person_type, person_id, number, phone_type, is_primary, verified,
   do_not_call, created_at, updated_at) VALUES (1, 'phn_x' || lpad((:id)::text, 25, '0'), 'patient',
   'pat_' || lpad((:person)::text, 7, '0'), (:number)::text, 'cell', false, false, false, 1, 1);
WITH head AS (UPDATE ledger_heads SET last_sequence = last_sequence + 1, contact_numbers = contact_numbers + 1
               WHERE account_id = 1 RETURNING last_sequence)
INSERT INTO ledger (account_id, sequence, at, actor, request_id, entity, entity_id, action, changes)
SELECT 1, last_sequence, 1, 'key_01JD0000000000000000000000', 'req_01JD0000000000000000000000', 'contact_number',
       'phn_x' || lpad((:id)::text, 25, '0'), 'created',
       '{"patient_id":{"is":"pat_0000000"},"number":{"is":"2125550100"},"phone_type":{"is":"cell"}}' FROM head;
COMMIT;
)";
constexpr char const* pgbench_select = R"(\set person random(0, 4999)
SELECT p.first_name, p.last_name, p.email, p.timezone, p.created_at FROM people p WHERE account_id = 1
   AND person_type = 'patient' AND id = 'pat_' || lpad((:person)::text, 7, '0');
)";

void run_pgbench(fakes::PostgresServer const& server, char const* script, int clients, long seconds) {
  fakes::TemporaryDirectory directory;
  std::ofstream(directory.file("script.sql")) << script;
  auto const command = fmt::format(
      "{}pgbench -n -M prepared -c {} -j 1 -T {} -h {} -U postgres -f {} postgres 2>&1 | grep -E "
      "'tps|latency average|ERROR'",
      fakes::PostgresServer::programs, clients, seconds, server.socket_directory(),
      directory.file("script.sql"));
  std::fflush(stdout);
  if (std::system(command.c_str()) != 0) fmt::print("pgbench failed\n");
}

}  // namespace

int main(int argc, char** argv) {
  int const jobs = argc > 1 ? std::atoi(argv[1]) : 64;
  std::chrono::seconds const time(argc > 2 ? std::atoi(argv[2]) : 5);
  unsigned const writers = argc > 3 ? static_cast<unsigned>(std::atoi(argv[3])) : 1;
  fakes::PostgresServer server;
  Book book(server.url(), writers);
  measure<Add>(book, "add a contact number", jobs, time);
  print_statements(book);
  measure<Get>(book, "get a person", jobs, time);
  book.store->stop();
  fmt::print("pgbench, the same addition: ");
  run_pgbench(server, pgbench_script, jobs, time.count());
  fmt::print("pgbench, the same look-up: ");
  run_pgbench(server, pgbench_select, jobs, time.count());
}

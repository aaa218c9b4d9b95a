// The fixtures of the distributed store's own tests: nodes, short ways to write and read, and a schema of
// their own in the test program's server.
#pragma once

#include <gmock/gmock.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "app/ports/blocking.h"
#include "fakes/counting_ids.h"
#include "fakes/fixed_clock.h"
#include "fakes/ledger.h"
#include "fakes/postgres_schema.h"
#include "store/postgres/postgres_store.h"

namespace linebook {

using fakes::entry;
using fakes::last_sequence;

/// Nodes on whatever database a test names.
class PostgresNodeTest : public testing::Test {
 protected:
  static std::unique_ptr<PostgresStore> open_node(std::string url, PostgresStoreOptions options = {}) {
    options.url = std::move(url);
    if (std::getenv("LINEBOOK_TEST_CITUS") != nullptr)
      if (auto done = PostgresStore::migrate(options.url, PostgresStore::Spread::over_workers); !done)
        throw std::runtime_error(done.error().message);
    options.log = [](std::string_view) {};
    auto store = PostgresStore::open(std::move(options));
    if (!store) throw std::runtime_error(store.error().message);
    return std::move(*store);
  }

  template <class Work>
  static Result<void> write(Store& store, Work work) {
    return write_and_wait(store, [&work](Transaction& tx) -> Result<void> {
      work(tx);
      return {};
    });
  }

  template <class Work>
  static auto look(Store& store, Work work, ReadCost cost = ReadCost::bounded) {
    using T = std::invoke_result_t<Work&, Transaction const&>;
    return read_and_wait(
               store, [&work](Transaction const& tx) -> Result<T> { return work(tx); }, cost)
        .value();
  }

  static Result<AccountId> try_account(Store& store, std::string const& name) {
    return write_and_wait(store, [&](Transaction& tx) -> Result<AccountId> {
      if (auto const known = tx.accounts().find_by_name(name)) return known->id;
      return tx.accounts().insert(
          {.id = {}, .name = name, .wrapped_data_key = "key", .created_at = fakes::noon});
    });
  }
};

/// Nodes on a schema that is the test's own.
class PostgresStoreTest : public PostgresNodeTest {
 protected:
  static Person patient(std::string id) {
    Person person{};
    person.ref = {PersonType::patient, {std::move(id)}};
    person.first_name = "John";
    person.last_name = "Doe";
    person.created_at = person.updated_at = fakes::noon;
    return person;
  }

  ContactNumber number_of(PersonRef const& person, std::string const& digits) {
    return {.id = {ids.next("phn_", fakes::noon)},
            .person = person,
            .number = TenDigits::parse(digits).value(),
            .phone_type = PhoneType::cell,
            .created_at = fakes::noon,
            .updated_at = fakes::noon};
  }

  fakes::PostgresSchema schema;
  fakes::CountingIds ids;
};

}  // namespace linebook

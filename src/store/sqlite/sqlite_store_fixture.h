// The fixture of the embedded store's own tests: a directory for its files, and short ways to write and read.
#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "app/ports/blocking.h"
#include "fakes/fixed_clock.h"
#include "fakes/ledger.h"
#include "fakes/temporary_directory.h"
#include "store/sqlite/sqlite_store.h"

namespace linebook {

using fakes::entry;
using fakes::last_sequence;

class SqliteStoreTest : public testing::Test {
 protected:
  static std::unique_ptr<SqliteStore> open(std::string const& file, std::string vfs = {}) {
    auto store = SqliteStore::open(file, {.log = [](std::string_view) {}, .vfs = std::move(vfs)});
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

  static AccountId make_account(Store& store, std::string const& name) {
    return write_and_wait(
               store,
               [&](Transaction& tx) -> Result<AccountId> {
                 return tx.accounts().insert(
                     {.id = {}, .name = name, .wrapped_data_key = "key", .created_at = fakes::noon});
               })
        .value();
  }

  fakes::TemporaryDirectory directory;
  std::string const path = directory.file("linebook.db");
};

}  // namespace linebook

// The embedded store joins the suite.
#include "contract/installation.h"
#include "fakes/temporary_directory.h"
#include "store/sqlite/sqlite_store.h"

namespace linebook::contract {
namespace {

class SqliteInstallation final : public Installation {
 public:
  std::unique_ptr<Store> open() override {
    auto store =
        SqliteStore::open(directory_.file("linebook.db"), {.log = [](std::string_view) {}, .vfs = {}});
    if (!store) throw std::runtime_error(store.error().message);
    return std::move(*store);
  }

 private:
  fakes::TemporaryDirectory directory_;
};

Joins const sqlite({"sqlite", [] { return std::make_unique<SqliteInstallation>(); }});

}  // namespace
}  // namespace linebook::contract

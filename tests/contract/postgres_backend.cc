// The distributed store joins the suite.
#include "contract/installation.h"
#include "fakes/postgres_schema.h"
#include "store/postgres/postgres_store.h"

namespace linebook::contract {
namespace {

class PostgresInstallation final : public Installation {
 public:
  std::unique_ptr<Store> open() override {
    auto store = PostgresStore::open({.url = schema_.url(), .log = [](std::string_view) {}});
    if (!store) throw std::runtime_error(store.error().message);
    return std::move(*store);
  }

 private:
  fakes::PostgresSchema schema_;
};

Joins const postgres_store({"postgres", [] { return std::make_unique<PostgresInstallation>(); }});

}  // namespace
}  // namespace linebook::contract

#include "store/postgres/migrations/migrations.h"

namespace linebook::postgres {

std::span<Migration const> all_migrations() {
  static Migration const steps[] = {{1, "books", migration_0001_books}};
  return steps;
}

}  // namespace linebook::postgres

#include "linebook/migrate.h"

#include "store/postgres/postgres_store.h"

namespace linebook {

ExitCode migrate(ServeSettings const& settings, Console& console) {
  if (settings.database.empty()) {
    console.err(
        "linebook: an embedded database is brought up to date by whichever command opens it next; "
        "--database names one on PostgreSQL\n");
    return ExitCode::usage;
  }
  if (auto done = PostgresStore::migrate(settings.database); !done) return tell(console, done.error());
  console.err("the database has the schema of this program\n");
  return ExitCode::ok;
}

}  // namespace linebook

#include "linebook/migrate.h"

#include "store/postgres/postgres_store.h"

namespace linebook {

void MigrateFlags::declare(CLI::App& app) {
  app.add_flag("--distribute", distribute,
               "Spread the accounts over the workers of Citus, while no node runs; once (docs/SCALING.md)");
}

ExitCode migrate(ServeSettings const& settings, MigrateFlags const& flags, Console& console) {
  if (settings.database.empty()) {
    console.err(
        "linebook: an embedded database is brought up to date by whichever command opens it next; "
        "--database names one on PostgreSQL\n");
    return ExitCode::usage;
  }
  auto const spread =
      flags.distribute ? PostgresStore::Spread::over_workers : PostgresStore::Spread::as_it_is;
  if (auto done = PostgresStore::migrate(settings.database, spread); !done)
    return tell(console, done.error());
  console.err("the database has the schema of this program\n");
  if (flags.distribute) console.err("the accounts are spread over the workers of Citus\n");
  return ExitCode::ok;
}

}  // namespace linebook

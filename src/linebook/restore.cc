#include "linebook/restore.h"

#include <filesystem>

#include "cli/draft_file.h"
#include "cli/local_files.h"
#include "cli/print.h"
#include "keyring/sodium_secrets.h"
#include "linebook/data_directory_care.h"
#include "store/sqlite/data_directory.h"
#include "store/sqlite/restores.h"

namespace linebook {
namespace {

Result<void> copy(Console& console, std::string const& from, std::filesystem::path const& to) {
  auto input = console.open_input(from);
  if (!input) return fail(std::move(input.error()));
  auto output = create_local_output(to.string(), ExistingFile::replace);
  if (!output) return fail(std::move(output.error()));
  auto const total = (*input)->size();
  auto const done = copy_whole(**input, **output, [&](std::uint64_t bytes) {
    console.progress({"bytes copied", bytes, bytes, total});
  });
  if (!done) return fail(done.error());
  return {};
}

/// A backup whose secrets nobody can open is not put in the place of anything.
Result<void> check_key(DataDirectory const& directory, ServeSettings const& settings,
                       BackupContents const& contents) {
  if (contents.master_key_fingerprint.empty()) return {};
  auto const sources = MasterKeySources::from_environment(directory.path(), settings.master_key_file);
  auto key = load_master_key(sources, IfAbsent::refuse);
  if (!key) return fail(std::move(key.error()));
  if (SodiumSecrets(*key).fingerprint() == contents.master_key_fingerprint) return {};
  return fail(ErrorCode::conflict, "the backup was made with another master key than the one here (" +
                                       sources.place() + "); put the key of that installation there first");
}

Result<void> put_back(DataDirectory const& directory, ServeSettings const& settings,
                      RestoreFlags const& flags, Console& console) {
  SqliteRestores restores(directory.database());
  std::error_code ignored;
  if (!flags.force && std::filesystem::exists(restores.database(), ignored))
    return fail(ErrorCode::already_exists,
                "there is a database in " + directory.path() +
                    " already; --force puts the backup in its place, and what is in it "
                    "now is lost");
  // The backup's copy beside the database.
  DraftFile const draft(std::filesystem::path(directory.path()) / restore_draft_name);
  if (auto copied = copy(console, flags.file, draft.path()); !copied) return copied;
  auto contents = restores.inspect(draft.path());
  if (!contents) {
    contents.error().message = flags.file + ": " + contents.error().message;
    return fail(std::move(contents.error()));
  }
  if (auto fits = check_key(directory, settings, *contents); !fits) return fits;
  return restores.put_in_place(draft.path(),
                               flags.force ? ExistingDatabase::replace : ExistingDatabase::keep);
}

}  // namespace

void RestoreFlags::declare(CLI::App& app) {
  app.add_option("file", file, "What `linebook backup` wrote")->required()->type_name("FILE");
  app.add_flag("--force", force, "Put the backup in the place of the database that is there");
  app.footer(
      "The server must be stopped. The backup is checked whole before anything is replaced. Its master key "
      "must be in\n"
      "the data directory (master.key), or given as LINEBOOK_MASTER_KEY or LINEBOOK_MASTER_KEY_FILE.");
}

ExitCode restore(ServeSettings const& settings, RestoreFlags const& flags, Console& console) {
  if (!settings.database.empty()) {
    console.err(
        "linebook: a backup goes back into a data directory; a database on PostgreSQL is restored with "
        "pg_restore, or from a base backup (docs/SCALING.md)\n");
    return ExitCode::usage;
  }
  auto directory = DataDirectory::lock(settings.data);
  if (!directory) {
    auto error = directory.error();
    if (error.code == ErrorCode::conflict) error.message += "; stop the server before restoring";
    return tell(console, error);
  }
  delete_leftovers(*directory);
  if (auto const open = openness(directory->path())) console.err("warning: " + *open + "\n");
  if (auto done = put_back(*directory, settings, flags, console); !done) return tell(console, done.error());
  console.err("restored " + flags.file + " to " + directory->database() + "\n");
  return ExitCode::ok;
}

}  // namespace linebook

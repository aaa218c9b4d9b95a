#include "linebook/restore.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>

#include "cli/draft_file.h"
#include "cli/local_files.h"
#include "cli/print.h"
#include "delivery/backup_schedule.h"
#include "keyring/sodium_secrets.h"
#include "linebook/data_directory_care.h"
#include "linebook/file_checksum.h"
#include "store/sqlite/data_directory.h"
#include "store/sqlite/replica/replica_restore.h"
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

/// Where the database comes from, and how it is put beside the one that is to be replaced.
struct Source {
  std::string name;  // for people
  Instant time = {};
  std::function<Result<void>(std::filesystem::path const& to)> fetch;
};

Source file_source(Console& console, std::string const& file) {
  return {file, {}, [&console, file](std::filesystem::path const& to) { return copy(console, file, to); }};
}

Result<Source> replica_source(Console& console, std::string const& path, std::optional<Instant> at) try {
  std::shared_ptr<sqlite::ReplicaDirectory> const directory =
      sqlite::open_replica_directory(path, sqlite::ReplicaUse::read);
  auto const moment = find_replica_moment(*directory, at);
  if (!moment) return fail(moment.error());
  return Source{
      fmt::format("the replica in {} as of {} (commit {})", path, to_rfc3339(moment->time), moment->position),
      moment->time, [&console, directory, moment = *moment](std::filesystem::path const& to) {
        return rebuild_from_replica(*directory, moment, to, [&](std::uint64_t done, std::uint64_t total) {
          console.progress({"bytes read", done, done, total});
        });
      }};
} catch (std::exception const& e) {
  return fail(ErrorCode::unavailable, std::string("the replica cannot be read: ") + e.what());
}

/// What is beside a backup tells whether it is still what was written.
Result<void> check_sum(std::filesystem::path const& file) {
  std::string expected;
  std::ifstream(file.string() + std::string(checksum_suffix)) >> expected;
  if (expected.empty() || expected == sha256_of_file(file)) return {};
  return fail(ErrorCode::conflict, file.string() +
                                       " is not what was written: its checksum is another. An older "
                                       "backup may be whole: name it, or move this one away");
}

Result<Source> backup_source(Console& console, std::string const& path, std::optional<Instant> at) try {
  auto const backups = scheduled_backups(path);
  // One that was begun in a second was taken at its end at the latest.
  auto const fits = [&](ScheduledBackup const& backup) {
    return !at || backup.begun + std::chrono::seconds(1) <= *at;
  };
  for (auto backup = backups.rbegin(); backup != backups.rend(); ++backup) {
    if (!fits(*backup)) continue;
    auto const file = std::filesystem::path(path) / backup->name;
    if (auto whole = check_sum(file); !whole) return fail(std::move(whole.error()));
    auto source = file_source(console, file.string());
    source.time = backup->begun;
    return source;
  }
  return fail(ErrorCode::not_found,
              at ? fmt::format("no backup in {} is from before {}", path, to_rfc3339(*at))
                 : fmt::format("there are no backups in {}", path));
} catch (std::exception const& e) {
  return fail(ErrorCode::unavailable, std::string("the backups cannot be read: ") + e.what());
}

/// The replica, which has every moment; a backup where it has not, or where that is the newer one.
Result<Source> newest_source(Console& console, std::string const& replica, std::string const& backups,
                             std::optional<Instant> at) {
  std::optional<Source> found;
  std::optional<Error> fault;
  for (auto const& [directory, source] :
       {std::pair{&replica, &replica_source}, std::pair{&backups, &backup_source}}) {
    if (directory->empty()) continue;
    auto candidate = source(console, *directory, at);
    // A damaged replica is nothing to pass over: it would have had more than any backup.
    if (!candidate && candidate.error().code == ErrorCode::conflict && directory == &replica)
      return fail(std::move(candidate.error()));
    if (!candidate && found) console.err("warning: " + candidate.error().message + "\n");
    if (!candidate) {
      if (!fault) fault = std::move(candidate.error());
    } else if (!found || candidate->time > found->time) {
      found = std::move(*candidate);
    }
  }
  if (found) return std::move(*found);
  return fail(std::move(*fault));
}

Result<void> put_back(DataDirectory const& directory, ServeSettings const& settings, Source const& source,
                      bool force) {
  SqliteRestores restores(directory.database());
  std::error_code ignored;
  if (!force && std::filesystem::exists(restores.database(), ignored))
    return fail(ErrorCode::already_exists,
                "there is a database in " + directory.path() +
                    " already; --force puts the backup in its place, and what is in it "
                    "now is lost");
  // The backup's copy beside the database.
  DraftFile const draft(std::filesystem::path(directory.path()) / restore_draft_name);
  if (auto copied = source.fetch(draft.path()); !copied) return copied;
  auto contents = restores.inspect(draft.path());
  if (!contents) {
    contents.error().message = source.name + ": " + contents.error().message;
    return fail(std::move(contents.error()));
  }
  if (auto fits = check_key(directory, settings, *contents); !fits) return fits;
  return restores.put_in_place(draft.path(), force ? ExistingDatabase::replace : ExistingDatabase::keep);
}

struct Wanted {
  std::string replica;
  std::string backups;
  std::optional<Instant> at;
};

/// What the flags say; directories that they do not name are those that the server is set to.
Result<Wanted> wanted(ServeSettings const& settings, RestoreFlags const& flags) {
  Wanted wanted;
  if (!flags.at.empty()) {
    wanted.at = parse_rfc3339(flags.at);
    if (!wanted.at)
      return fail(ErrorCode::invalid_request,
                  "--at must be a time such as 2026-11-28T01:00:00Z, not '" + flags.at + "'");
  }
  if (!flags.file.empty()) {
    if (!flags.at.empty() || !flags.replica_dir.empty() || !flags.backup_dir.empty())
      return fail(
          ErrorCode::invalid_request,
          "name either a file, or with --at, --replica-dir and --backup-dir what is to be looked for");
    return wanted;
  }
  bool const is_named = !flags.replica_dir.empty() || !flags.backup_dir.empty();
  wanted.replica = is_named ? flags.replica_dir : settings.replica_dir;
  wanted.backups = is_named ? flags.backup_dir : settings.backup_dir;
  if (wanted.replica.empty() && wanted.backups.empty())
    return fail(
        ErrorCode::invalid_request,
        "name what to restore: a FILE, or --replica-dir or --backup-dir (or --config, which names them)");
  return wanted;
}

}  // namespace

void RestoreFlags::declare(CLI::App& app) {
  app.add_option("file", file, "What `linebook backup` wrote; or leave it out, and say where to look")
      ->type_name("FILE");
  app.add_option("--at", at, "As of this time, such as 2026-11-28T01:00:00Z (default: the newest there is)")
      ->type_name("TIME");
  app.add_option("--replica-dir", replica_dir, "The server's replica")->type_name("DIR");
  app.add_option("--backup-dir", backup_dir, "Where backups were made by themselves")->type_name("DIR");
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
  auto const sought = wanted(settings, flags);
  if (!sought) {
    console.err("linebook: " + sought.error().message + "\n");
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
  auto const source = flags.file.empty()
                          ? newest_source(console, sought->replica, sought->backups, sought->at)
                          : Result<Source>(file_source(console, flags.file));
  if (!source) return tell(console, source.error());
  if (auto done = put_back(*directory, settings, *source, flags.force); !done)
    return tell(console, done.error());
  console.err("restored " + source->name + " to " + directory->database() + "\n");
  return ExitCode::ok;
}

}  // namespace linebook

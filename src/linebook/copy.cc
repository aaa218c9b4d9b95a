#include "linebook/copy.h"

#include <filesystem>

#include "app/ledger/seals.h"
#include "app/ports/blocking.h"
#include "cli/ledger_accounts.h"
#include "cli/print.h"
#include "linebook/opened_installation.h"
#include "linebook/settings.h"
#include "store/moving/move_books.h"
#include "store/postgres/postgres_store.h"

namespace linebook {
namespace {

/// The ends of all ledgers and of all decisions, sealed.
Result<std::vector<SealedHead>> ledger_heads(OperatorSession& session) {
  if (auto sealed = seal_all(session.store(), session.installation.secrets); !sealed)
    return fail(std::move(sealed.error()));
  auto owners = ledger_owners(session, "");
  if (!owners) return fail(std::move(owners.error()));
  return read_and_wait(session.store(), [&](Transaction const& tx) -> Result<std::vector<SealedHead>> {
    std::vector<SealedHead> heads;
    for (auto const& owner : *owners)
      for (auto const book : all_sealed_books)
        if (auto head = sealed_head(tx, book, owner.account)) heads.push_back(std::move(*head));
    return heads;
  });
}

/// Every entry and every seal, as they are in the place they were moved to.
Result<void> verify(ServeSettings const& settings, std::vector<SealedHead> const& heads, Console& console) {
  auto opened = OpenedInstallation::open_postgres(std::nullopt, settings, {});
  if (!opened) return fail(std::move(opened.error()));
  auto& store = (*opened)->store();
  std::int64_t entries = 0;
  for (auto const& head : heads) {
    auto verdict = read_and_wait(
        store,
        [&](Transaction const& tx) -> Result<SealVerdict> {
          return verify_seals(tx, head.book, head.account, (*opened)->secrets(), {head},
                              [&](std::int64_t looked_at) {
                                auto const n = static_cast<std::uint64_t>(entries + looked_at);
                                console.progress({"sealed rows verified", n, 0, 0});
                              });
        },
        ReadCost::long_walk);
    if (!verdict) return fail(std::move(verdict.error()));
    if (!verdict->sound() || verdict->unsealed != 0)
      return fail(ErrorCode::conflict,
                  "the ledger did not arrive as it was; `linebook audit verify` with this "
                  "database tells where");
    entries += verdict->entries;
  }
  console.err("verified " + grouped(static_cast<std::uint64_t>(entries)) + " sealed rows and their seals\n");
  return {};
}

Result<void> move_all(CopyFlags const& flags, ServeSettings const& settings, Console& console) {
  if (auto fault = database_url_fault(flags.to)) return fail(ErrorCode::conflict, "--to " + *fault);
  std::error_code ignored;
  if (!std::filesystem::exists(std::filesystem::path(settings.data) / database_file_name, ignored))
    return fail(ErrorCode::not_found, "there is no installation in " + settings.data);
  auto directory = DataDirectory::lock(settings.data);
  if (!directory) {
    if (directory.error().code == ErrorCode::conflict) directory.error().message += "; stop the server first";
    return fail(std::move(directory.error()));
  }
  auto const database = directory->database();
  auto opened = OpenedInstallation::open_embedded(std::move(*directory), settings, {});
  if (!opened) return fail(std::move(opened.error()));
  OperatorSession session{(*opened)->as_seen_by_operator(), console};
  auto heads = ledger_heads(session);
  if (!heads) return fail(std::move(heads.error()));
  if (auto ready = PostgresStore::migrate(flags.to); !ready) return ready;
  auto moved = move_books(database, flags.to, [&](std::int64_t rows, std::int64_t total) {
    console.progress({"rows", static_cast<std::uint64_t>(rows), static_cast<std::uint64_t>(rows),
                      static_cast<std::uint64_t>(total)});
  });
  if (!moved) return fail(std::move(moved.error()));
  console.err("copied " + grouped(static_cast<std::uint64_t>(moved->rows)) + " rows of " +
              std::to_string(moved->tables) + " tables, and compared them\n");
  auto target = settings;
  target.database = flags.to;
  return verify(target, *heads, console);
}

}  // namespace

void CopyFlags::declare(CLI::App& app) {
  app.add_option("--from", from, "Data directory of the embedded installation; no server may run there")
      ->required()
      ->type_name("DIR");
  app.add_option("--to", to, "PostgreSQL database, empty but for what an interrupted copy left")
      ->required()
      ->type_name("URL");
  app.footer(
      "Copies every row, the ledger and its seals included, compares both, and verifies the ledger. Run "
      "again "
      "after an\n"
      "interruption, it goes on where it stopped. The directory stays as it is: start nodes with --database "
      "and its\n"
      "master key from then on.");
}

ExitCode copy(CopyFlags const& flags, ServeSettings settings, Console& console) {
  settings.data = flags.from;
  settings.database.clear();
  if (auto done = move_all(flags, settings, console); !done) return tell(console, done.error());
  return ExitCode::ok;
}

}  // namespace linebook

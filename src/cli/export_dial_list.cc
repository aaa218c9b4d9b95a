#include "app/dialing/dial_export.h"
#include "app/ports/blocking.h"
#include "app/reach/calling_hours_in_force.h"
#include "cli/command.h"
#include "cli/exported_file.h"
#include "cli/print.h"

namespace linebook {
namespace {

class ExportDialList final : public Command {
 public:
  explicit ExportDialList(CLI::App& flags) {
    flags.add_option("list", list_, "The dial list's id")->required()->type_name("dl_…");
    flags.add_option("file", output_, "Write to this file instead of standard output")->type_name("FILE");
    flags.add_option("--account", account_, "Whose dial list")->required()->type_name("NAME");
    flags
        .add_option(
            "--format", format_,
            "csv: every entry, with what stands in its way; vicidial: those that may be called now, in "
            "the columns of ViciDial's lead loader")
        ->check(CLI::IsMember({"csv", "vicidial"}))
        ->capture_default_str();
    flags.footer(
        "What may be called is decided for each row as it is written, and holds for minutes, not for ever: "
        "have "
        "the dialer's SIP server ask /routes/outbound for each call.");
  }

  FileAccess files() const override { return ExportedFile::access(output_); }

  ExitCode run(OperatorSession& session) override {
    auto account = account_of(session, account_);
    if (!account) return tell(session.console, account.error());
    auto file = ExportedFile::open(session.console, output_);
    if (!file) return tell(session.console, file.error());
    auto const format = *parse_dial_export_format(format_);
    auto done = file->write(dial_export_header(format));
    std::uint64_t written = 0, read = 0;
    DialEntryId last;
    for (bool more = true; more && done;) {
      auto page = next_page(session, account->id, format, last);
      if (!page) return tell(session.console, page.error());
      last = page->last;
      read += static_cast<std::uint64_t>(page->read);
      written += static_cast<std::uint64_t>(page->written);
      more = page->read == entries_exported_a_page;
      done = file->write(page->text);
      if (file->is_named()) session.console.progress({"entries", read, 0, 0});
    }
    if (done) done = file->finish();
    if (!done) return tell(session.console, done.error());
    session.console.err("exported " + counted(written, "entry", "entries") + " of " + grouped(read) + "\n");
    return ExitCode::ok;
  }

 private:
  Result<ExportedEntries> next_page(OperatorSession& session, AccountId account, DialExportFormat format,
                                    DialEntryId const& last) {
    auto& installation = session.installation;
    ReachRules const rules{installation.lists, installation.time_zones, calling_hours_,
                           installation.policies};
    return read_and_wait(session.store(), [&](Transaction const& tx) -> Result<ExportedEntries> {
      auto const list = tx.dial_lists().look_at(account, {list_});
      if (!list) return fail(not_found("dial list"));
      return export_entries(tx, account, installation.clock.now(), rules, *list, format, last);
    });
  }

  CallingHoursInForce calling_hours_;
  std::string list_;
  std::string account_;
  std::string format_ = "csv";
  std::string output_;
};

}  // namespace

std::unique_ptr<Command> export_dial_list(CLI::App& flags) { return std::make_unique<ExportDialList>(flags); }

}  // namespace linebook

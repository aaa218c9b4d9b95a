#include "cli/backup_draft.h"
#include "cli/command.h"
#include "cli/draft_file.h"
#include "cli/local_files.h"
#include "cli/print.h"

namespace linebook {
namespace {

class Backup final : public Command {
 public:
  explicit Backup(CLI::App& flags) {
    flags.add_option("file", file_, "Where the copy goes: a new file, outside the data directory")
        ->required()
        ->type_name("FILE");
    flags.add_flag("--force", force_, "Replace an existing file, once the copy is whole");
    flags.add_flag("--json", json_, "Print the file and its size as one JSON object");
    flags.footer(
        "Works while the server runs. The master key is not in the copy: without it, secrets cannot be "
        "restored.");
  }

  FileAccess files() const override {
    return {.inputs = {},
            .input_directories = {},
            .outputs = {file_},
            .existing_outputs = force_ ? ExistingFile::replace : ExistingFile::keep};
  }

  /// The database is copied beside itself and then handed to the client: a server may not be allowed to
  /// write, or even see, the place that the operator means.
  ExitCode run(OperatorSession& session) override {
    auto& console = session.console;
    auto output = console.create_output(file_);
    if (!output) return tell(console, output.error());
    auto const name = session.installation.ids.next(backup_draft_prefix, session.installation.clock.now());
    DraftFile const draft(session.installation.directory / backup_draft_name(name));
    auto copied =
        session.installation.backups.copy_to(draft.path(), [&](std::uint64_t done, std::uint64_t total) {
          console.progress({"bytes copied", done, done, 2 * total});
        });
    if (!copied) return tell(console, copied.error());
    auto size = hand_over(console, draft.path(), **output);
    if (!size) return tell(console, size.error());
    console.err("backed up " + grouped(*size) + " bytes to " + file_ +
                "\nThe secrets in it can only be restored with the master key (" +
                session.installation.master_key_place + "): keep a copy of that too, in another place.\n");
    if (json_) console.out(json_line(boost::json::object{{"file", file_}, {"bytes", *size}}));
    return ExitCode::ok;
  }

 private:
  static Result<std::uint64_t> hand_over(Console& console, std::filesystem::path const& from,
                                         OutputFile& to) {
    auto input = open_local_input(from.string());
    if (!input) return fail(std::move(input.error()));
    auto const total = (*input)->size();
    return copy_whole(**input, to, [&](std::uint64_t done) {
      console.progress({"bytes copied", done, total + done, 2 * total});
    });
  }

  std::string file_;
  bool force_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> backup(CLI::App& flags) { return std::make_unique<Backup>(flags); }

}  // namespace linebook

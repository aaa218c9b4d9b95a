#include "cli/command.h"
#include "cli/exported_file.h"
#include "cli/exported_people.h"
#include "cli/print.h"
#include "interchange/vcard_writer.h"

namespace linebook {
namespace {

class ExportVCard final : public Command {
 public:
  explicit ExportVCard(CLI::App& flags) {
    flags.add_option("--account", account_, "Whose contact book")->required()->type_name("NAME");
    ExportedFile::add_flag(flags, output_, "FILE.vcf");
    flags.footer("vCards 4.0: patients, then doctors, each with all numbers, the primary ones first.");
  }

  FileAccess files() const override { return ExportedFile::access(output_); }

  ExitCode run(OperatorSession& session) override {
    auto account = account_of(session, account_);
    if (!account) return tell(session.console, account.error());
    auto file = ExportedFile::open(session.console, output_);
    if (!file) return tell(session.console, file.error());
    std::uint64_t cards = 0;
    for (auto const type : {PersonType::patient, PersonType::doctor}) {
      auto const write = [&](std::string const& text, std::uint64_t told) {
        if (file->is_named()) session.console.progress({"cards", cards + told, 0, 0});
        return file->write(text);
      };
      auto told = for_all_people(session, account->id, type, append_vcard, write);
      if (!told) return tell(session.console, told.error());
      cards += *told;
    }
    if (auto done = file->finish(); !done) return tell(session.console, done.error());
    session.console.err("exported " + counted(cards, "card", "cards") + "\n");
    return ExitCode::ok;
  }

 private:
  std::string account_;
  std::string output_;
};

}  // namespace

std::unique_ptr<Command> export_vcard(CLI::App& flags) { return std::make_unique<ExportVCard>(flags); }

}  // namespace linebook

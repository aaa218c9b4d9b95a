#include <array>

#include "cli/command.h"
#include "cli/exported_file.h"
#include "cli/exported_people.h"
#include "cli/print.h"
#include "interchange/fhir_writer.h"

namespace linebook {
namespace {

class ExportFhir final : public Command {
 public:
  explicit ExportFhir(CLI::App& flags) {
    flags.add_option("directory", directory_, "A directory that is there; files in it are replaced")
        ->required()
        ->type_name("DIR");
    flags.add_option("--account", account_, "Whose contact book")->required()->type_name("NAME");
    flags.footer(
        "FHIR R4, a resource on a line: Patient.ndjson and Practitioner.ndjson, as a bulk export has them. "
        "`linebook import fhir DIR`\ntakes them as they are, do-not-call and verified (extensions) "
        "included.");
  }

  FileAccess files() const override {
    return {.inputs = {}, .input_directories = {}, .outputs = {path_of(people[0]), path_of(people[1])}};
  }

  ExitCode run(OperatorSession& session) override {
    auto account = account_of(session, account_);
    if (!account) return tell(session.console, account.error());
    std::vector<ExportedFile> files;
    for (auto const type : people) {
      auto file = ExportedFile::open(session.console, path_of(type));
      if (!file) return tell(session.console, file.error());
      files.push_back(std::move(*file));
    }
    std::array<std::uint64_t, 2> resources{};
    for (std::size_t i = 0; i < people.size(); ++i) {
      auto const write = [&](std::string const& text, std::uint64_t told) {
        session.console.progress({"resources", resources[0] + told, 0, 0});
        return files[i].write(text);
      };
      auto told = for_all_people(session, account->id, people[i], append_fhir_line, write);
      if (!told) return tell(session.console, told.error());
      resources[i] = *told;
    }
    // Both are whole before either appears.
    for (auto& file : files)
      if (auto done = file.finish(); !done) return tell(session.console, done.error());
    session.console.err("exported " + counted(resources[0], "patient", "patients") + " and " +
                        counted(resources[1], "practitioner", "practitioners") + "\n");
    return ExitCode::ok;
  }

 private:
  static constexpr std::array people{PersonType::patient, PersonType::doctor};

  std::string path_of(PersonType type) const {
    return (directory_.ends_with('/') ? directory_ : directory_ + "/") + std::string(fhir_type_of(type)) +
           ".ndjson";
  }

  std::string directory_;
  std::string account_;
};

}  // namespace

std::unique_ptr<Command> export_fhir(CLI::App& flags) { return std::make_unique<ExportFhir>(flags); }

}  // namespace linebook

#include "linebook/run_command.h"

#include <filesystem>

#include "app/ledger_seals.h"
#include "base/data_directory_files.h"
#include "cli/operator_client.h"
#include "linebook/data_directory_care.h"
#include "linebook/embedded_installation.h"

namespace linebook {
namespace {

bool has_database(std::string const& data) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::path(data) / database_file_name, ignored);
}

/// Opens the store in this process. The directory is locked.
ExitCode run_here(Command& command, DataDirectory directory, ServeSettings const& settings,
                  Console& console) {
  delete_leftovers(directory);
  if (auto const open = openness(directory)) console.err("warning: " + *open + "\n");
  auto installed = EmbeddedInstallation::open(std::move(directory), settings, {});
  if (!installed) return tell(console, installed.error());
  auto& installation = (*installed)->as_seen_by_operator();
  OperatorSession session{installation, console};
  auto const code = command.run(session);
  if (command.afterwards() == Afterwards::leave) return code;
  if (auto sealed = seal_all(installation.store, installation.secrets); !sealed)
    return tell(console, sealed.error());
  return code;
}

}  // namespace

ExitCode run_command(Command& command, std::vector<std::string> const& arguments,
                     ServeSettings const& settings, Console& console) {
  if (command.beginning() == Beginning::refuse && !has_database(settings.data)) {
    console.err("linebook: there is no installation in " + settings.data +
                " (--data); `linebook serve --data " + settings.data +
                "` or `linebook keys create` makes one\n");
    return ExitCode::failed;
  }
  auto directory = DataDirectory::lock(settings.data);
  if (directory) return run_here(command, std::move(*directory), settings, console);
  if (directory.error().code != ErrorCode::conflict) return tell(console, directory.error());
  return run_in_server(settings.data, arguments, command.files(), console);
}

}  // namespace linebook

#include "linebook/run_command.h"

#include <filesystem>

#include "app/ledger/seals.h"
#include "base/data_directory_files.h"
#include "cli/operator_client.h"
#include "linebook/data_directory_care.h"
#include "linebook/opened_installation.h"
#include "outgoing/outgoing_client.h"

namespace linebook {
namespace {

bool exists(std::string const& data, char const* file) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::path(data) / file, ignored);
}

ExitCode no_installation(ServeSettings const& settings, Console& console) {
  console.err("linebook: there is no installation in " + settings.data +
              " (--data); `linebook serve --data " + settings.data +
              "` or `linebook keys create` makes one, --database names one on PostgreSQL\n");
  return ExitCode::failed;
}

ExitCode run_in(OpenedInstallation& opened, Command& command, Console& console) {
  auto& installation = opened.as_seen_by_operator();
  OutgoingClient outgoing({.policy = AddressPolicy::of_operator()});
  installation.outgoing_http = &outgoing;
  OperatorSession session{installation, console};
  auto const code = command.run(session);
  if (command.afterwards() == Afterwards::leave) return code;
  if (auto sealed = seal_all(installation.store, installation.secrets); !sealed)
    return tell(console, sealed.error());
  return code;
}

/// Opens the embedded store in this process. The directory is locked.
ExitCode run_here(Command& command, DataDirectory directory, ServeSettings const& settings,
                  Console& console) {
  delete_leftovers(directory);
  if (auto const open = openness(directory.path())) console.err("warning: " + *open + "\n");
  auto opened = OpenedInstallation::open_embedded(std::move(directory), settings, {});
  if (!opened) return tell(console, opened.error());
  (*opened)->as_seen_by_operator().is_alone = true;
  return run_in(**opened, command, console);
}

/// Beside whatever nodes there are: the database keeps their work and this command's apart.
ExitCode run_on_database(Command& command, ServeSettings const& settings, Console& console) {
  auto opened = OpenedInstallation::open_postgres(std::nullopt, settings, {});
  if (!opened) return tell(console, opened.error());
  return run_in(**opened, command, console);
}

}  // namespace

ExitCode run_command(Command& command, std::vector<std::string> const& arguments,
                     ServeSettings const& settings, Console& console) {
  if (!settings.database.empty()) return run_on_database(command, settings, console);
  // Where the socket is, a server may run whose database is elsewhere.
  bool const has_database = exists(settings.data, database_file_name);
  if (command.beginning() == Beginning::refuse && !has_database &&
      !exists(settings.data, operator_socket_name)) {
    return no_installation(settings, console);
  }
  auto directory = DataDirectory::lock(settings.data);
  if (!directory && directory.error().code == ErrorCode::conflict)
    return run_in_server(settings.data, arguments, command.files(), console);
  if (!directory) return tell(console, directory.error());
  if (command.beginning() == Beginning::refuse && !has_database) return no_installation(settings, console);
  return run_here(command, std::move(*directory), settings, console);
}

}  // namespace linebook

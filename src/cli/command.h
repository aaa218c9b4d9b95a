// One sub-command: its flags, which files it may touch where it was typed, and what it does.
#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <string>
#include <vector>

#include "cli/local_files.h"
#include "cli/operator_session.h"

namespace linebook {

enum class ExitCode { ok = 0, failed = 1, usage = 2 };

/// What to do where the data directory holds no database yet: a first key makes one, a list of keys has
/// nothing to show.
enum class Beginning { make, refuse };

/// Whether what is not sealed yet in the ledgers is sealed when the command is done and no server is there to
/// do it. One that looks for traces of tampering leaves them as they are.
enum class Afterwards { seal, leave };

/// The files of the command line, which a server may ask the client for. Nothing else: a client run by root
/// must not be talked into reading or writing other files.
struct FileAccess {
  std::vector<std::string> inputs = {};
  std::vector<std::string> input_directories = {};
  std::vector<std::string> outputs = {};
  ExistingFile existing_outputs = ExistingFile::replace;
};

class Command {
 public:
  virtual ~Command() = default;
  virtual ExitCode run(OperatorSession&) = 0;
  virtual FileAccess files() const { return {}; }
  virtual Beginning beginning() const { return Beginning::refuse; }
  virtual Afterwards afterwards() const { return Afterwards::seal; }
};

/// Each declares its flags at `flags`, which outlives the command, and reads them once they are parsed.
std::unique_ptr<Command> keys_create(CLI::App& flags);
std::unique_ptr<Command> keys_list(CLI::App& flags);
std::unique_ptr<Command> keys_revoke(CLI::App& flags);
std::unique_ptr<Command> console_link(CLI::App& flags);
std::unique_ptr<Command> accounts_create(CLI::App& flags);
std::unique_ptr<Command> accounts_list(CLI::App& flags);
std::unique_ptr<Command> accounts_suspend(CLI::App& flags);
std::unique_ptr<Command> accounts_resume(CLI::App& flags);
std::unique_ptr<Command> accounts_limit(CLI::App& flags);
std::unique_ptr<Command> import_contacts(CLI::App& flags);
std::unique_ptr<Command> import_vcard(CLI::App& flags);
std::unique_ptr<Command> import_fhir(CLI::App& flags);
std::unique_ptr<Command> import_pool(CLI::App& flags);
std::unique_ptr<Command> import_consents(CLI::App& flags);
std::unique_ptr<Command> import_suppressions(CLI::App& flags);
std::unique_ptr<Command> import_reassigned(CLI::App& flags);
std::unique_ptr<Command> import_calling_hours(CLI::App& flags);
std::unique_ptr<Command> import_do_not_call(CLI::App& flags);
std::unique_ptr<Command> import_dial_list(CLI::App& flags);
std::unique_ptr<Command> lists_show(CLI::App& flags);
std::unique_ptr<Command> phones(CLI::App& flags);
std::unique_ptr<Command> pool_list(CLI::App& flags);
std::unique_ptr<Command> pool_withdraw(CLI::App& flags);
std::unique_ptr<Command> lines_release(CLI::App& flags);
std::unique_ptr<Command> export_contacts(CLI::App& flags);
std::unique_ptr<Command> export_fhir(CLI::App& flags);
std::unique_ptr<Command> export_vcard(CLI::App& flags);
std::unique_ptr<Command> export_decisions(CLI::App& flags);
std::unique_ptr<Command> export_reassigned_query(CLI::App& flags);
std::unique_ptr<Command> export_dial_list(CLI::App& flags);
std::unique_ptr<Command> export_audit(CLI::App& flags);
std::unique_ptr<Command> sync_fhir(CLI::App& flags);
std::unique_ptr<Command> backup(CLI::App& flags);
std::unique_ptr<Command> check(CLI::App& flags);
std::unique_ptr<Command> secrets_rotate(CLI::App& flags);
std::unique_ptr<Command> audit_verify(CLI::App& flags);

/// Tells `error` with everything it names; ExitCode::failed.
ExitCode tell(Console&, Error const& error);

/// The account that `--account` names, or why there is none.
Result<Account> account_of(OperatorSession&, std::string const& name);

}  // namespace linebook

#include "cli/command_line.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <sstream>

namespace linebook {
namespace {

std::string empty_fault(std::string const& value) { return value.empty() ? "must not be empty" : ""; }

/// `--scopes "$SCOPES"` with the variable unset must not quietly mean every scope, nor `--tls-key ""` plain
/// HTTP: leaving an option out is how one asks for its default.
void refuse_empty_values(CLI::App& app) {
  for (auto* option : app.get_options())
    if (option->get_items_expected_max() > 0) option->check(empty_fault);
  for (auto* sub : app.get_subcommands({})) refuse_empty_values(*sub);
}

/// The first word that should have been a sub-command and is none, with those before it; else empty.
/// CLI11 only says that one is required.
std::string unknown_subcommand(CLI::App const& app, std::vector<std::string> const& arguments) {
  auto const* at = &app;
  std::string path;
  for (auto const& word : arguments) {
    if (at->get_subcommands({}).empty() || word.starts_with('-')) return {};
    path += (path.empty() ? "" : " ") + word;
    auto const subs = at->get_subcommands({});
    auto const next = std::ranges::find(subs, word, [](CLI::App const* sub) { return sub->get_name(); });
    if (next == subs.end()) return path;
    at = *next;
  }
  return {};
}

}  // namespace

CommandLine::CommandLine()
    : app_("Linebook keeps every phone number an organisation works with.", "linebook") {
  app_.require_subcommand(1);
  auto& keys = group("keys", "API keys: make, list, revoke");
  add(keys, "create", "Make an API key; its token is printed once, as the last line", keys_create);
  add(keys, "list", "List the keys of all accounts", keys_list);
  add(keys, "revoke", "Revoke a key at once and for good", keys_revoke);
  add(app_, "console-link", "Print a link that signs in to the console: once, within 10 minutes",
      console_link);
  auto& accounts = group("accounts", "Accounts (tenants): list, create, suspend, resume, limit");
  add(accounts, "list", "List all accounts", accounts_list);
  add(accounts, "create", "Make an account", accounts_create);
  add(accounts, "suspend", "Make every key of an account stop working", accounts_suspend);
  add(accounts, "resume", "Let a suspended account's keys work again", accounts_resume);
  add(accounts, "limit", "Limit the requests that an account may make a minute", accounts_limit);
  auto& imports = group("import", "Bring data in: contacts, consents, lists, pool numbers, …");
  add(imports, "contacts", "Import contact numbers from a CSV file, or an address book's export",
      import_contacts);
  add(imports, "vcard", "Import people and their numbers from vCards (.vcf)", import_vcard);
  add(imports, "fhir", "Import FHIR R4: a bulk export, Bundles, single resources", import_fhir);
  add(imports, "pool", "Add numbers to the pool for Pia lines from a CSV file", import_pool);
  add(imports, "consents", "Import what people agreed to, or took back, from a CSV file", import_consents);
  add(imports, "suppressions", "Import numbers that are not to be reached from a CSV file",
      import_suppressions);
  add(imports, "reassigned", "Import what the Reassigned Numbers Database answered", import_reassigned);
  add(imports, "calling-hours", "Load newer hours that states set for telephone solicitation",
      import_calling_hours);
  add(imports, "do-not-call", "Load a do-not-call list: the national registry's or a state's",
      import_do_not_call);
  add(imports, "dial-list", "Add people to a dial list from a CSV file", import_dial_list);
  add(app_, "lists", "Show the do-not-call lists: how old, how many numbers, what is wrong with them",
      lists_show);
  add(app_, "phones", "Watch the simulated phones of a demo: what calls and texts come to them", phones);
  auto& pool = group("pool", "The pool of numbers for Pia lines");
  add(pool, "list", "List the pool's numbers", pool_list);
  add(pool, "withdraw", "Take a number out of the pool", pool_withdraw);
  auto& lines = group("lines", "Lines of all accounts");
  add(lines, "release", "Take a number out of service, whichever account holds it", lines_release);
  auto& exports = group("export", "Take data out: contacts, FHIR, vCards, decisions, dial lists, the ledger");
  add(exports, "contacts", "Write an account's contact numbers as CSV", export_contacts);
  add(exports, "fhir", "Write an account's people and numbers as FHIR R4 (NDJSON)", export_fhir);
  add(exports, "vcard", "Write an account's people and numbers as vCards 4.0", export_vcard);
  add(exports, "decisions", "Write an account's decisions as CSV or NDJSON", export_decisions);
  add(exports, "reassigned-query", "Write what the Reassigned Numbers Database is to be asked",
      export_reassigned_query);
  add(exports, "dial-list", "Write a dial list as CSV, or for ViciDial's lead loader", export_dial_list);
  add(exports, "audit", "Write the ledger as NDJSON, or the heads of its hash chains", export_audit);
  auto& sync = group("sync", "Keep a contact book in step with somebody else's");
  add(sync, "fhir", "With a FHIR R4 server, both ways", sync_fhir);
  add(app_, "backup", "Copy the database while it is in use", backup);
  add(app_, "check", "Find damage in the database itself: pages, indexes, references", check);
  auto& secrets = group("secrets", "Secrets at rest: tokens and passwords of lines");
  add(secrets, "rotate", "Seal them anew under new keys, while the server runs", secrets_rotate);
  auto& audit = group("audit", "The ledger and the decisions");
  add(audit, "verify", "Find entries and decisions that were altered, removed, inserted or cut off",
      audit_verify);
}

CLI::App& CommandLine::group(std::string const& name, std::string const& says) {
  auto* app = app_.add_subcommand(name, says);
  app->require_subcommand(1);
  return *app;
}

void CommandLine::add(CLI::App& parent, std::string const& name, std::string const& says, Maker make) {
  auto* flags = parent.add_subcommand(name, says);
  auto command = make(*flags);
  add_common(*flags);
  flags->callback([this, chosen = command.get()] { chosen_ = chosen; });
  commands_.push_back(std::move(command));
}

void CommandLine::add_common(CLI::App& flags) {
  flags.add_option("--data", common_.data, "Data directory (LINEBOOK_DATA; default ./data)")
      ->type_name("DIR")
      ->group("Installation");
  flags
      .add_option("--database", common_.database,
                  "Database URL (LINEBOOK_DATABASE; default: embedded in --data)")
      ->type_name("URL")
      ->group("Installation");
  flags.add_option("--config", common_.config, "Settings file (LINEBOOK_CONFIG)")
      ->type_name("FILE.toml")
      ->group("Installation");
}

ParsedCommandLine CommandLine::parse(std::vector<std::string> arguments) {
  ParsedCommandLine parsed;
  if (auto const unknown = unknown_subcommand(app_, arguments); !unknown.empty()) {
    parsed.exit = ExitCode::usage;
    parsed.err = "linebook: there is no sub-command '" + unknown + "'; `linebook --help` lists them\n";
    return parsed;
  }
  refuse_empty_values(app_);
  std::ranges::reverse(arguments);  // as CLI11 wants them
  try {
    app_.parse(std::move(arguments));
    parsed.command = chosen_;
  } catch (CLI::ParseError const& e) {
    std::ostringstream out;
    std::ostringstream err;
    bool const asked_for = app_.exit(e, out, err) == 0;  // --help, --version
    parsed.exit = asked_for ? ExitCode::ok : ExitCode::usage;
    parsed.out = out.str();
    parsed.err = err.str();
  }
  return parsed;
}

}  // namespace linebook

// The program: reads the command line and the settings, and hands over.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <span>
#include <string_view>

#include "cli/command_line.h"
#include "cli/local_console.h"
#include "linebook/copy.h"
#include "linebook/generate.h"
#include "linebook/migrate.h"
#include "linebook/restore.h"
#include "linebook/run_command.h"
#include "linebook/serve.h"
#include "linebook/settings.h"

namespace linebook {
namespace {

/// Where the package puts it.
constexpr char const* installed_config = "/etc/linebook/linebook.toml";

std::optional<std::string> environment(std::string const& name) {
  auto const* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

/// The flags of `serve`: the common ones, and one for every other setting.
struct ServeFlags {
  std::map<std::string, std::string, std::less<>> texts;
  std::map<std::string, std::vector<std::string>, std::less<>> lists;
  std::map<std::string, bool, std::less<>> flags;
  bool check_config = false;

  void declare(CLI::App& app) {
    for (auto const& setting : all_settings()) {
      if (setting.name == "data" || setting.name == "database") continue;  // common flags
      auto const name = "--" + std::string(setting.name);
      auto const says = std::string(setting.says);
      if (setting.kind == SettingKind::flag)
        app.add_flag(name, flags[std::string(setting.name)], says);
      else if (setting.kind == SettingKind::list)
        app.add_option(name, lists[std::string(setting.name)], says)
            ->type_name(std::string(setting.type_name))
            ->allow_extra_args(false);
      else
        app.add_option(name, texts[std::string(setting.name)], says)
            ->type_name(std::string(setting.type_name));
    }
    app.add_flag("--check-config", check_config, "Print the effective settings and stop");
    app.footer(
        "A flag goes before its environment variable (LINEBOOK_LISTEN for --listen), which goes before the\n"
        "--config file (listen = \"127.0.0.1:8080\").");
  }

  SettingTexts given() const {
    SettingTexts given;
    for (auto const& [name, text] : texts)
      if (!text.empty()) given[name] = text;  // empty: not given
    for (auto const& [name, is_given] : flags)
      if (is_given) given[name] = "true";
    for (auto const& [name, items] : lists) {
      std::string list;
      for (auto const& item : items) list += (list.empty() ? "" : ",") + item;
      if (!list.empty()) given[name] = list;
    }
    return given;
  }
};

ExitCode complain(Error const& error) {
  for (auto const& fault : error.details) fmt::print(stderr, "linebook: {} {}\n", fault.field, fault.message);
  return ExitCode::usage;
}

class Program {
 public:
  Program() {
    line_.app().set_version_flag("--version", "linebook " LINEBOOK_VERSION, "Print the version and stop");
    serve_ = line_.app().add_subcommand("serve", "Serve both APIs until SIGTERM");
    line_.add_common(*serve_);
    serve_flags_.declare(*serve_);
    restore_ =
        line_.app().add_subcommand("restore", "Put a backup in place of the database, while no server runs");
    line_.add_common(*restore_);
    restore_flags_.declare(*restore_);
    migrate_ = line_.app().add_subcommand("migrate", "Bring a PostgreSQL database to this program's schema");
    line_.add_common(*migrate_);
    migrate_flags_.declare(*migrate_);
    copy_ = line_.app().add_subcommand("copy", "Move an embedded installation to PostgreSQL");
    copy_flags_.declare(*copy_);
    declare_generate();
  }

  int run(std::vector<std::string> const& arguments) {
    auto const parsed = line_.parse(arguments);
    std::fputs(parsed.out.c_str(), stdout);
    std::fputs(parsed.err.c_str(), stderr);
    if (parsed.exit) return static_cast<int>(*parsed.exit);
    auto settings = read_settings();
    if (!settings) return static_cast<int>(complain(settings.error()));
    if (*serve_) return run_serve(*settings);
    if (*generate_) return run_generate(*settings);
    LocalConsole console(settings->data, parsed.command != nullptr ? parsed.command->files().existing_outputs
                                                                   : ExistingFile::replace);
    auto code = run_chosen(parsed.command, arguments, *settings, console);
    if (!console.finish() && code == ExitCode::ok) {
      fmt::print(stderr, "linebook: standard output could not be written\n");
      code = ExitCode::failed;
    }
    return static_cast<int>(code);
  }

 private:
  void declare_generate() {
    generate_ = line_.app().add_subcommand("generate", "Write what a package holds beside the program");
    generate_->require_subcommand(1);
    generate_->add_subcommand("man-page", "linebook(1): every command, every setting");
    generate_->add_subcommand("bash-completion", "Completion for bash");
    generate_->add_subcommand("zsh-completion", "Completion for zsh");
    line_.add_common(*generate_->add_subcommand(
        "settings", "A settings file that names every setting; those that are given otherwise are set"));
  }

  int run_generate(ServeSettings const& settings) {
    auto const& program = line_.app();
    auto const what = generate_->get_subcommands().front()->get_name();
    auto const text = what == "man-page"          ? man_page(program, LINEBOOK_VERSION)
                      : what == "bash-completion" ? bash_completion(program)
                      : what == "zsh-completion"  ? zsh_completion(program)
                                                  : settings_file(settings);
    return std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0 ? 0 : 1;
  }

  /// The installed one, where nothing names an installation.
  std::optional<std::string> config_file() {
    auto const& common = line_.common();
    if (!common.config.empty()) return common.config;
    if (auto named = environment("LINEBOOK_CONFIG")) return named;
    bool const names_installation = !common.data.empty() || !common.database.empty() ||
                                    environment("LINEBOOK_DATA") || environment("LINEBOOK_DATABASE");
    if (names_installation || *generate_ || ::access(installed_config, F_OK) != 0) return std::nullopt;
    return installed_config;
  }

  ExitCode run_chosen(Command* command, std::vector<std::string> const& arguments,
                      ServeSettings const& settings, Console& console) {
    if (*restore_) return restore(settings, restore_flags_, console);
    if (*migrate_) return migrate(settings, migrate_flags_, console);
    if (*copy_) return copy(copy_flags_, settings, console);
    return run_command(*command, arguments, settings, console);
  }

  Result<ServeSettings> read_settings() {
    auto const& common = line_.common();
    auto flags = serve_flags_.given();
    if (!common.data.empty()) flags["data"] = common.data;
    if (!common.database.empty()) flags["database"] = common.database;
    auto const config = config_file();
    if (config == installed_config && ::access(installed_config, R_OK) != 0)
      return fail(validation_error({{installed_config,
                                     "is not yours to read: `sudo -u linebook linebook ...` works on this "
                                     "machine's installation, --data DIR on another"}}));
    return effective_settings(flags, environment, config);
  }

  int run_serve(ServeSettings const& settings) const {
    if (!serve_flags_.check_config) return serve(settings);
    fmt::print("{}", shown_settings(settings));
    return 0;
  }

  CommandLine line_;
  CLI::App* serve_ = nullptr;
  CLI::App* restore_ = nullptr;
  CLI::App* migrate_ = nullptr;
  CLI::App* copy_ = nullptr;
  CLI::App* generate_ = nullptr;
  ServeFlags serve_flags_;
  RestoreFlags restore_flags_;
  MigrateFlags migrate_flags_;
  CopyFlags copy_flags_;
};

/// Whoever may list processes sees their arguments: the password of --database goes from there at once.
void hide_passwords(std::span<char* const> arguments) {
  for (char* const argument : arguments) {
    std::string_view const text(argument);
    auto const url = text.find("://");
    if (url == text.npos || text.find("postgres") == text.npos) continue;
    auto const ends = text.find('@', url);
    auto const colon = text.find(':', url + 3);
    if (ends == text.npos || colon == text.npos) continue;
    for (auto at = colon + 1; at < ends; ++at) argument[at] = '*';
  }
}

}  // namespace
}  // namespace linebook

int main(int argc, char** argv) {
  // Everything that is written holds names and numbers: for the owner's eyes alone, whatever directory it is
  // in.
  ::umask(0077);
  try {
    std::vector<std::string> const arguments(argv + 1, argv + argc);
    linebook::hide_passwords({argv + 1, argv + argc});
    return linebook::Program().run(arguments);
  } catch (std::exception const& e) {
    std::fprintf(stderr, "linebook: %s\n", e.what());
    return 1;
  }
}

#include "linebook/generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <ranges>
#include <vector>

#include "linebook/settings.h"

namespace linebook {
namespace {

/// A command as the program declares it, and the words that lead to it: "keys create".
using Visit = std::function<void(CLI::App const&, std::string const& path)>;

std::vector<CLI::App const*> subs_of(CLI::App const& app) {
  return app.get_subcommands([](CLI::App const*) { return true; });
}

void visit_all(CLI::App const& app, std::string const& path, Visit const& visit) {
  visit(app, path);
  for (auto const* sub : subs_of(app))
    visit_all(*sub, path.empty() ? sub->get_name() : path + " " + sub->get_name(), visit);
}

bool takes_value(CLI::Option const& option) { return option.get_items_expected_max() > 0; }

std::string type_of(CLI::Option const& option) {
  auto type = option.get_type_name();
  // What checks a value adds words of its own behind a colon.
  return type.substr(0, type.find(':'));
}

/// "--data", "-h"; positional ones have none.
std::vector<std::string> flags_of(CLI::Option const& option) {
  std::vector<std::string> flags;
  for (auto const& name : option.get_snames()) flags.push_back("-" + name);
  for (auto const& name : option.get_lnames()) flags.push_back("--" + name);
  return flags;
}

std::string joined(std::vector<std::string> const& words, std::string_view between) {
  std::string text;
  for (auto const& word : words) text += (text.empty() ? "" : std::string(between)) + word;
  return text;
}

/// Text for the man(7) macros: nothing in it is one.
std::string roff(std::string_view text) {
  std::string out;
  bool at_line_start = true;
  for (char c : text) {
    if (at_line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
    at_line_start = c == '\n';
  }
  return out;
}

void man_option(CLI::Option const& option, std::string& out) {
  auto const flags = flags_of(option);
  auto const name = flags.empty() ? option.get_name() : joined(flags, ", ");
  out += ".TP\n\\fB" + roff(name) + "\\fR";
  if (!flags.empty() && takes_value(option)) out += " \\fI" + roff(type_of(option)) + "\\fR";
  out += "\n" + roff(option.get_description()) + (option.get_required() ? " (required)" : "") + "\n";
}

std::string settings_in_man() {
  std::string out;
  for (auto const& setting : all_settings())
    out += fmt::format(".TP\n\\fB{}\\fR, \\fB{}\\fR\n{}\n", roff(key_of(setting.name)),
                       roff(variable_of(setting.name)), roff(setting.says));
  return out;
}

constexpr std::string_view man_closing = R"(.SH FILES
.TP
.I /etc/linebook/linebook.toml
Settings, where neither \-\-config nor \-\-data nor \-\-database, nor a variable of theirs, names an installation.
.TP
.I DATA/linebook.db
The embedded database; master.key beside it opens its secrets.
.SH "EXIT STATUS"
0: done. 1: it failed, and standard error says why. 2: the command line or a setting is wrong.
.SH ENVIRONMENT
.TP
.B LINEBOOK_MASTER_KEY
The master key itself: 64 hex digits, or base64 of 32 bytes.
.PP
Every setting has a variable, as SETTINGS lists them. A flag goes before the variable, which goes before the file.
.SH NOTES
Under systemd the program tells when it serves, reloads and stops, and that it makes progress (sd_notify(3)), takes over
sockets that were opened for it (sd_listen_fds(3)), and reads the master key from the credential linebook.master\-key.
)";

/// In single quotes for a shell.
std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (char c : text) c == '\'' ? out += "'\\''" : out += c;
  return out + "'";
}

/// The `case` that follows a command line's words to the path of the command that they name.
std::string path_cases(CLI::App const& program) {
  std::vector<std::string> steps;
  visit_all(program, "", [&](CLI::App const& app, std::string const& path) {
    for (auto const* sub : subs_of(app)) steps.push_back(shell_quoted(path + ":" + sub->get_name()));
  });
  return joined(steps, "|");
}

/// Options of any command that take a value: what follows one is the user's own.
std::string value_options(CLI::App const& program) {
  std::vector<std::string> found;
  visit_all(program, "", [&](CLI::App const& app, std::string const&) {
    for (auto const* option : app.get_options())
      if (takes_value(*option)) std::ranges::copy(flags_of(*option), std::back_inserter(found));
  });
  std::ranges::sort(found);
  auto const [first, last] = std::ranges::unique(found);
  found.erase(first, last);
  return joined(found, "|");
}

/// Name and words of everything that may follow a command: sub-commands, then flags.
std::vector<std::pair<std::string, std::string>> followers_of(CLI::App const& app) {
  std::vector<std::pair<std::string, std::string>> found;
  for (auto const* sub : subs_of(app)) found.emplace_back(sub->get_name(), sub->get_description());
  for (auto const* option : app.get_options())
    for (auto& flag : flags_of(*option)) found.emplace_back(std::move(flag), option->get_description());
  return found;
}

/// `key = ` with something in its place that the user replaces.
std::string shown_or_example(Setting const& setting, std::string const& line) {
  if (!line.empty()) return line;
  auto const example = "\"" + std::string(setting.type_name) + "\"";
  return setting.kind == SettingKind::list ? "[" + example + "]" : example;
}

bool holds_mask(std::string_view shown) { return shown.find("***") != shown.npos; }

}  // namespace

std::string man_page(CLI::App const& program, std::string_view version) {
  std::string out = fmt::format(".TH LINEBOOK 1 \"\" \"linebook {}\" \"User Commands\"\n", version);
  out += ".SH NAME\nlinebook \\- keep every phone number an organisation works with\n.SH SYNOPSIS\n";
  out += ".B linebook\n.I COMMAND\n[\\fIOPTION\\fR ...]\n.SH DESCRIPTION\n" + roff(program.get_description());
  out +=
      "\nLines (numbers of your own) and contacts (numbers of others) are two books behind one service, "
      "which "
      "\\fBlinebook serve\\fR runs; the other commands work on the same installation, inside the running "
      "server where there is one.\n";
  out += ".SH COMMANDS\n";
  visit_all(program, "", [&](CLI::App const& app, std::string const& path) {
    if (path.empty() || !subs_of(app).empty()) return;
    out += ".SS \"linebook " + roff(path) + "\"\n" + roff(app.get_description()) + ".\n";
    for (auto const* option : app.get_options()) man_option(*option, out);
    if (auto const footer = app.get_footer(); !footer.empty()) out += ".PP\n" + roff(footer) + "\n";
  });
  return out + ".SH SETTINGS\nAs they stand in a settings file (TOML), and as variables.\n" +
         settings_in_man() + std::string(man_closing);
}

std::string bash_completion(CLI::App const& program) {
  std::string out = "# bash completion for linebook; `linebook generate bash-completion` writes it.\n";
  out += "_linebook() {\n  local at= words= i\n  for ((i = 1; i < COMP_CWORD; i++)); do\n";
  out += "    case \"$at:${COMP_WORDS[i]}\" in\n      " + path_cases(program) +
         ") at=\"${at:+$at }${COMP_WORDS[i]}\" ;;\n    esac\n  done\n";
  out += "  COMPREPLY=()\n  case \"${COMP_WORDS[COMP_CWORD - 1]}\" in " + value_options(program) +
         ") return ;; esac\n  case \"$at\" in\n";
  visit_all(program, "", [&](CLI::App const& app, std::string const& path) {
    std::vector<std::string> words;
    for (auto const& [name, says] : followers_of(app)) words.push_back(name);
    out += "    " + shell_quoted(path) + ") words=" + shell_quoted(joined(words, " ")) + " ;;\n";
  });
  return out +
         "  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\n"
         "complete -o default -F _linebook linebook\n";
}

std::string zsh_completion(CLI::App const& program) {
  std::string out = "#compdef linebook\n# `linebook generate zsh-completion` writes it.\n";
  out += "_linebook() {\n  local at= word i\n  local -a found\n  for ((i = 2; i < CURRENT; i++)); do\n";
  out += "    case \"$at:${words[i]}\" in\n      " + path_cases(program) +
         ") at=\"${at:+$at }${words[i]}\" ;;\n    esac\n  done\n";
  out += "  case \"${words[CURRENT-1]}\" in " + value_options(program) +
         ") _files; return ;; esac\n  case \"$at\" in\n";
  visit_all(program, "", [&](CLI::App const& app, std::string const& path) {
    out += "    " + shell_quoted(path) + ") found=(\n";
    for (auto const& [name, says] : followers_of(app)) {
      auto words = says;
      std::ranges::replace(words, '\n', ' ');
      out += "      " + shell_quoted(name + ":" + words) + "\n";
    }
    out += "    ) ;;\n";
  });
  return out + "  esac\n  _describe -o linebook found || _files\n}\n_linebook \"$@\"\n";
}

std::string settings_file(ServeSettings const& settings) {
  ServeSettings const defaults;
  std::string out =
      "# Settings of linebook. A flag of `linebook serve` and a variable of the environment go before what "
      "is "
      "here.\n"
      "# `linebook serve --check-config --config FILE` says what is wrong with FILE, or what it comes to.\n";
  for (auto const& setting : all_settings()) {
    auto const is = setting.show(settings);
    bool const is_set = is != setting.show(defaults) && !holds_mask(is);
    auto const value = is_set ? is : shown_or_example(setting, setting.show(defaults));
    out += fmt::format("\n# {}\n{}{} = {}\n", setting.says, is_set ? "" : "#", key_of(setting.name), value);
  }
  return out;
}

}  // namespace linebook

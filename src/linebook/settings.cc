#include "linebook/settings.h"

#include <toml++/toml.h>
#include <algorithm>
#include <filesystem>

namespace linebook {

std::string key_of(std::string_view name) {
  std::string key(name);
  std::ranges::replace(key, '-', '_');
  return key;
}

std::string variable_of(std::string_view name) {
  auto variable = "LINEBOOK_" + key_of(name);
  for (char& c : variable)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return variable;
}

namespace {

/// Where a setting's text came from, for errors.
struct Sourced {
  std::string text;
  std::string source;  // "--listen", "LINEBOOK_LISTEN", "listen in FILE"
};
using SourcedTexts = std::map<std::string, Sourced, std::less<>>;

std::optional<std::string> text_of(toml::node const& node, SettingKind kind) {
  if (kind == SettingKind::number) {
    if (auto const value = node.value_exact<std::int64_t>()) return std::to_string(*value);
  } else if (kind == SettingKind::flag) {
    if (auto const value = node.value_exact<bool>()) return *value ? "true" : "false";
  } else if (kind == SettingKind::text) {
    if (auto value = node.value_exact<std::string>()) return value;
  } else if (auto const* array = node.as_array()) {
    std::string list;
    for (auto const& item : *array) {
      auto const value = item.value_exact<std::string>();
      if (!value) return std::nullopt;
      list += (list.empty() ? "" : ",") + *value;
    }
    return list;
  }
  return std::nullopt;
}

std::string_view kind_name(SettingKind kind) {
  switch (kind) {
    case SettingKind::text:
      return "a string";
    case SettingKind::number:
      return "an integer";
    case SettingKind::flag:
      return "true or false";
    case SettingKind::list:
      return "a list of strings";
  }
  return {};
}

void take_key(toml::key const& key, toml::node const& node, std::string const& file, SourcedTexts& texts,
              Error& faults) {
  auto const settings = all_settings();
  auto const setting =
      std::ranges::find_if(settings, [&](Setting const& s) { return key_of(s.name) == key.str(); });
  auto const where = std::string(key.str()) + " in " + file;
  if (setting == settings.end()) {
    faults.details.push_back({where, "is no setting"});
    return;
  }
  auto text = text_of(node, setting->kind);
  if (!text)
    faults.details.push_back({where, "must be " + std::string(kind_name(setting->kind))});
  else
    texts[std::string(setting->name)] = {std::move(*text), where};
}

void read_file(std::string const& file, SourcedTexts& texts, Error& faults) {
  try {
    auto const table = toml::parse_file(file);
    for (auto const& [key, node] : table) take_key(key, node, file, texts, faults);
  } catch (toml::parse_error const& e) {
    auto const line = e.source().begin.line;
    faults.details.push_back({file, (line > 0 ? "line " + std::to_string(line) + ": " : std::string()) +
                                        std::string(e.description())});
  }
}

void check_tls(ServeSettings const& settings, Error& faults) {
  if (settings.tls_cert.empty() != settings.tls_key.empty())
    faults.details.push_back(
        {settings.tls_cert.empty() ? "tls-cert" : "tls-key",
         settings.tls_cert.empty() ? "is required with tls-key" : "is required with tls-cert"});
}

void check_copies(ServeSettings const& settings, Error& faults) {
  struct Copies {
    char const* name;
    std::string const& directory;
  };
  for (auto const& [name, directory] :
       {Copies{"backup-dir", settings.backup_dir}, {"replica-dir", settings.replica_dir}}) {
    if (directory.empty()) continue;
    std::error_code unknown;
    if (!settings.database.empty())
      faults.details.push_back(
          {name, "is of the embedded database; PostgreSQL has its own ways (docs/SCALING.md)"});
    else if (std::filesystem::weakly_canonical(directory, unknown) ==
             std::filesystem::weakly_canonical(settings.data, unknown))
      faults.details.push_back(
          {name, "must not be the data directory: what is lost with that is wanted there"});
  }
  if (!settings.backup_dir.empty() && settings.backup_dir == settings.replica_dir)
    faults.details.push_back({"backup-dir", "must not be the replica's directory"});
}

void check_tracing(ServeSettings const& settings, Error& faults) {
  if (settings.otlp_headers.empty()) return;
  if (settings.otlp_url.empty())
    faults.details.push_back({"otlp-url", "is required with otlp-headers"});
  else if (settings.otlp_url.starts_with("http:") && !is_loopback_url(settings.otlp_url))
    faults.details.push_back(
        {"otlp-url", "must be https with otlp-headers, but for a loopback address: secrets travel in them"});
}

void check_together(ServeSettings const& settings, Error& faults) {
  check_tls(settings, faults);
  check_copies(settings, faults);
  check_tracing(settings, faults);
}

}  // namespace

Result<ServeSettings> effective_settings(SettingTexts const& flags, Environment const& environment,
                                         std::optional<std::string> const& config_file) {
  SourcedTexts texts;
  Error faults{ErrorCode::validation_error, {}, {}};
  if (config_file) read_file(*config_file, texts, faults);
  for (auto const& setting : all_settings()) {
    auto const variable = variable_of(setting.name);
    if (auto text = environment(variable)) texts[std::string(setting.name)] = {std::move(*text), variable};
  }
  for (auto const& [name, text] : flags) texts[name] = {text, "--" + name};

  ServeSettings settings;
  for (auto const& setting : all_settings()) {
    auto const at = texts.find(setting.name);
    if (at == texts.end()) continue;
    if (auto fault = setting.read(settings, at->second.text))
      faults.details.push_back({at->second.source, std::move(*fault)});
  }
  if (faults.details.empty()) check_together(settings, faults);
  if (faults.details.empty()) return settings;
  return fail(validation_error(std::move(faults.details)));
}

std::string shown_settings(ServeSettings const& settings) {
  std::string text;
  for (auto const& setting : all_settings())
    if (auto const value = setting.show(settings); !value.empty())
      text += key_of(setting.name) + " = " + value + "\n";
  return text;
}

}  // namespace linebook

// The settings of `linebook`, and where they come from: flag, then environment (LINEBOOK_*), then --config
// file, then default. One table says what there is; every source goes through the same parser.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "linebook/serve.h"

namespace linebook {

enum class SettingKind { text, number, flag, list };

struct Setting {
  std::string_view
      name;  // "metrics-listen": --metrics-listen, LINEBOOK_METRICS_LISTEN, metrics_listen = in the file
  SettingKind kind;
  std::string_view type_name;  // "ADDR:PORT"
  std::string_view says;
  /// What is wrong with `text` behind the setting's name, or nothing. A list's items are separated by commas.
  std::optional<std::string> (*read)(ServeSettings&, std::string_view text);
  std::string (*show)(ServeSettings const&);  // as the file has it, or empty where it is not set
};

std::span<Setting const> all_settings();

/// "metrics_listen", "LINEBOOK_METRICS_LISTEN" of "metrics-listen".
std::string key_of(std::string_view name);
std::string variable_of(std::string_view name);

/// By Setting::name, as text.
using SettingTexts = std::map<std::string, std::string, std::less<>>;

/// Looks a name up in the environment; nothing where it is not set, or empty.
using Environment = std::function<std::optional<std::string>(std::string const& name)>;

/// A validation_error that names every setting at fault and where it came from.
Result<ServeSettings> effective_settings(SettingTexts const& flags, Environment const&,
                                         std::optional<std::string> const& config_file);

/// http:// to this machine.
bool is_loopback_url(std::string_view url);

/// Nothing, or why `url` names no database that Linebook knows. Does not repeat it: there may be a password
/// in it.
std::optional<std::string> database_url_fault(std::string_view url);

/// "key = value" lines that a config file could hold.
std::string shown_settings(ServeSettings const&);

}  // namespace linebook

#include "cli/import/vcard_property.h"

#include <algorithm>

#include "cli/import/text_decoder.h"
#include "cli/import/text_encoding.h"
#include "domain/text/ascii.h"

namespace linebook {
namespace {

bool is_name(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return is_ascii_alphanumeric(c) || c == '-'; });
}

/// "TYPE=CELL,PREF", `TYPE="cell,voice"`, and 2.1's bare "CELL".
void add_parameter(std::string_view text, VCardProperty& property) {
  auto const name = up_to(text, "=");
  bool const bare = name.size() == text.size();
  auto const key = bare ? std::string("TYPE") : upper_ascii(name);
  auto values = bare ? text : text.substr(name.size() + 1);
  for (;;) {
    auto value = up_to(values, ",");
    bool const last = value.size() == values.size();
    auto const rest = last ? std::string_view() : values.substr(value.size() + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    if (bare && (upper_ascii(value) == "QUOTED-PRINTABLE" || upper_ascii(value) == "BASE64"))
      property.parameters.emplace_back("ENCODING", value);
    else
      property.parameters.emplace_back(key, value);
    if (last) return;
    values = rest;
  }
}

int hex_value(char c) {
  if (is_ascii_digit(c)) return c - '0';
  char const lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string from_quoted_printable(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool const escape =
        text[i] == '=' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0;
    if (!escape) {
      bytes += text[i];
      continue;
    }
    bytes += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
    i += 2;
  }
  return bytes;
}

}  // namespace

std::string lower_ascii(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), ascii_lower);
  return lower;
}

std::string upper_ascii(std::string_view text) {
  std::string upper(text);
  std::ranges::transform(upper, upper.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return upper;
}

std::string_view up_to(std::string_view text, std::string_view stops) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (!quoted && stops.contains(text[i])) return text.substr(0, i);
  }
  return text;
}

std::optional<VCardProperty> parse_vcard_property(std::string_view line) {
  VCardProperty property;
  auto const head = up_to(line, ":");
  if (head.size() == line.size()) return std::nullopt;
  property.value = line.substr(head.size() + 1);
  auto name = up_to(head, ";");
  auto parameters = head.substr(std::min(name.size() + 1, head.size()));
  if (auto const dot = name.find('.'); dot != name.npos) {
    property.group = lower_ascii(name.substr(0, dot));
    name.remove_prefix(dot + 1);
  }
  if (!is_name(name)) return std::nullopt;
  property.name = upper_ascii(name);
  while (!parameters.empty()) {
    auto const one = up_to(parameters, ";");
    if (!one.empty()) add_parameter(one, property);
    parameters.remove_prefix(std::min(one.size() + 1, parameters.size()));
  }
  return property;
}

std::string vcard_text(std::string_view value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\' || i + 1 == value.size()) {
      text += value[i];
      continue;
    }
    ++i;
    text += value[i] == 'n' || value[i] == 'N' ? '\n' : value[i];
  }
  return text;
}

std::vector<std::string> vcard_parts(std::string_view value) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0, i = 0; i <= value.size(); ++i) {
    if (i < value.size() && value[i] == '\\') {
      ++i;
      continue;
    }
    if (i < value.size() && value[i] != ';') continue;
    auto const end = std::min(i, value.size());
    parts.push_back(vcard_text(value.substr(begin, end - begin)));
    begin = end + 1;
  }
  if (parts.empty()) parts.emplace_back();
  return parts;
}

std::optional<std::string> vcard_parameter(VCardProperty const& property, std::string_view name) {
  for (auto const& [key, value] : property.parameters)
    if (key == name) return value;
  return std::nullopt;
}

std::optional<std::string> decoded_vcard_value(VCardProperty const& property) {
  auto const encoding = vcard_parameter(property, "ENCODING");
  if (!encoding || upper_ascii(*encoding) != "QUOTED-PRINTABLE") return property.value;
  auto const bytes = from_quoted_printable(property.value);
  auto const charset = parse_text_encoding(vcard_parameter(property, "CHARSET").value_or("utf-8"));
  if (charset == TextEncoding::utf_8)
    return scan_utf8(bytes).valid == bytes.size() ? std::optional(bytes) : std::nullopt;
  if (charset != TextEncoding::windows_1252) return std::nullopt;
  std::string text;
  for (char c : bytes) {
    auto const character = windows_1252(static_cast<unsigned char>(c));
    if (!character) return std::nullopt;
    append_utf8(text, *character);
  }
  return text;
}

}  // namespace linebook

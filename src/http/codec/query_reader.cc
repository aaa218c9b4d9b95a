#include "http/codec/query_reader.h"

#include <algorithm>
#include <charconv>

#include "base/hex_digit.h"
#include "domain/text/name_key.h"
#include "domain/text/shown_text.h"

namespace linebook::http {
namespace {

constexpr std::size_t max_decoded = 16 * 1024;  // no more fits into a request's header
constexpr std::size_t max_shown = 64;           // of a parameter's name that nobody knows, in bytes

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text, PlusSign plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+' && plus == PlusSign::space) {
      c = ' ';
    } else if (c == '%') {
      int const high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      int const low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (c == '\0') return std::nullopt;
    out += c;
  }
  if (!is_clean_text(out, max_decoded)) return std::nullopt;
  return out;
}

QueryReader::QueryReader(std::string_view raw) {
  while (!raw.empty()) {
    auto const part = raw.substr(0, raw.find('&'));
    raw.remove_prefix(std::min(raw.size(), part.size() + 1));
    if (part.empty()) continue;
    auto const equals = part.find('=');
    auto name = percent_decoded(part.substr(0, equals), PlusSign::space);
    auto value =
        percent_decoded(equals == part.npos ? std::string_view() : part.substr(equals + 1), PlusSign::space);
    if (parameters_.size() == max_parameters) {
      problems_.push_back({"query", "has too many parameters"});
      return;
    }
    if (!name || !value) {
      problems_.push_back({name ? std::string(cut_text(*name, max_shown)) : "query",
                           "is not correctly percent-encoded UTF-8"});
      continue;
    }
    parameters_.emplace_back(std::move(*name), std::move(*value));
  }
}

std::optional<std::string_view> QueryReader::take(std::string_view name) {
  taken_.push_back(name);
  auto const found = std::ranges::find(parameters_, name, &std::pair<std::string, std::string>::first);
  if (found == parameters_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string> QueryReader::text(std::string_view name) {
  auto value = text_or_empty(name);
  if (!value || !value->empty()) return value;
  problem(name, "must not be empty; leave it out instead");
  return std::nullopt;
}

std::optional<std::string> QueryReader::text_or_empty(std::string_view name) {
  auto const value = take(name);
  if (!value) return std::nullopt;
  return std::string(*value);
}

std::vector<std::string> QueryReader::texts(std::string_view name) {
  taken_.push_back(name);
  repeatable_.push_back(name);
  std::vector<std::string> values;
  for (auto const& [given, value] : parameters_) {
    if (given != name) continue;
    if (value.empty()) problem(name, "must not be empty; leave it out instead");
    values.push_back(value);
  }
  return values;
}

std::optional<std::int64_t> QueryReader::integer(std::string_view name, std::int64_t least,
                                                 std::int64_t most) {
  auto const value = take(name);
  if (!value) return std::nullopt;
  std::int64_t number = 0;
  auto const [end, ec] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (ec == std::errc{} && end == value->data() + value->size() && number >= least && number <= most)
    return number;
  problem(name, most == INT64_MAX
                    ? "must be an integer of at least " + std::to_string(least)
                    : "must be an integer from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

std::optional<bool> QueryReader::boolean(std::string_view name) {
  auto const value = take(name);
  if (!value) return std::nullopt;
  if (*value == "true") return true;
  if (*value == "false") return false;
  problem(name, "must be true or false");
  return std::nullopt;
}

std::optional<Instant> QueryReader::time(std::string_view name) {
  auto value = text(name);
  if (!value) return std::nullopt;
  // "2025-02-19T08:50:00+02:00" sent without escaping arrives with a space.
  std::ranges::replace(*value, ' ', '+');
  auto parsed = parse_rfc3339(*value);
  if (!parsed) problem(name, "must be a time as in 2025-02-19T08:50:00Z");
  return parsed;
}

void QueryReader::problem(std::string_view name, std::string message) {
  problems_.push_back({std::string(name), std::move(message)});
}

Result<void> QueryReader::finish() {
  std::vector<std::string_view> seen;
  for (auto const& [name, value] : parameters_) {
    std::string const shown(cut_text(name, max_shown));
    if (std::ranges::find(taken_, name) == taken_.end())
      problems_.push_back({shown, std::string(no_such_parameter)});
    else if (std::ranges::find(seen, name) != seen.end() &&
             std::ranges::find(repeatable_, name) == repeatable_.end())
      problems_.push_back({shown, "is given more than once"});
    seen.push_back(name);
  }
  if (problems_.empty()) return {};
  auto message = "query parameter " + problems_.front().field + " " + problems_.front().message;
  return fail(ErrorCode::invalid_parameter, std::move(message), std::move(problems_));
}

std::string QueryReader::canonical() const {
  auto sorted = parameters_;
  std::ranges::sort(sorted);
  std::string text;
  for (auto const& [name, value] : sorted) {
    if (name == "page_size" || name == "page_token") continue;
    // Lengths keep "a=b&c" apart from "a" = "b&c".
    text += std::to_string(name.size()) + ":" + name + std::to_string(value.size()) + ":" + value;
  }
  return text;
}

std::string with_plus(std::string_view text) {
  return text.starts_with(' ') ? "+" + std::string(text.substr(1)) : std::string(text);
}

}  // namespace linebook::http

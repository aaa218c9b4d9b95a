#include "http/fhir/fhir_search.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "domain/numbers/written_number.h"
#include "domain/text/name_key.h"
#include "interchange/fhir_extensions.h"
#include "interchange/fhir_id.h"

namespace linebook::http {
namespace {

constexpr std::size_t max_changes_asked_for = 8;  // repeats of _lastUpdated

constexpr std::string_view takes_one_value = "takes one value: alternatives (,) are not supported";

/// "a\,b,c" at `separator` → "a,b" and "c" (https://hl7.org/fhir/R4/search.html#escaping).
std::vector<std::string> parts_at(char separator, std::string_view text) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool const is_escape =
        text[i] == '\\' && i + 1 < text.size() && std::string_view("\\,|$").contains(text[i + 1]);
    if (!is_escape && text[i] == separator) {
      parts.emplace_back();
      continue;
    }
    // Kept for whoever separates the part further.
    if (is_escape) parts.back() += text[i++];
    parts.back() += text[i];
  }
  return parts;
}

std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && std::string_view("\\,|$").contains(text[i + 1])) ++i;
    plain += text[i];
  }
  return plain;
}

struct FhirToken {
  std::optional<std::string> system;  // nothing: none was said
  std::string value;
};

/// "system|value" or "value"; a problem where it is several.
std::optional<FhirToken> token_of(QueryReader& query, std::string_view name) {
  auto const text = query.text(name);
  if (!text) return std::nullopt;
  if (parts_at(',', *text).size() > 1) {
    query.problem(name, std::string(takes_one_value));
    return std::nullopt;
  }
  auto const parts = parts_at('|', *text);
  if (parts.size() == 1) return FhirToken{{}, unescaped(parts[0])};
  if (parts.size() == 2 && !parts[1].empty()) return FhirToken{unescaped(parts[0]), unescaped(parts[1])};
  query.problem(name, "must be a value, or system|value");
  return std::nullopt;
}

std::string name_of(QueryReader& query, std::string_view parameter) {
  auto const text = query.text(parameter);
  if (!text) return {};
  if (parts_at(',', *text).size() > 1) {
    query.problem(parameter, std::string(takes_one_value));
    return {};
  }
  auto key = name_key(unescaped(*text));
  if (key.empty()) query.problem(parameter, "must hold the beginning of a name");
  return key;
}

void take_number(QueryReader& query, std::string_view parameter, PersonQuery& into) {
  auto const token = token_of(query, parameter);
  if (!token) return;
  bool const is_phone = !token->system || token->system == "phone" || token->system == "sms";
  if (!is_phone || token->value.contains('@'))
    return query.problem(parameter, "finds phone numbers alone, as in phone|+15852984455");
  auto const number = read_written_number(with_plus(token->value));
  if (!number) return query.problem(parameter, message_for(number.error()));
  if (into.number && *into.number != number->number)
    return query.problem(parameter, "asks for another number than phone does");
  into.number = number->number;
}

void take_identifier(QueryReader& query, PersonType type, FhirSearch& search) {
  auto const token = token_of(query, "identifier");
  if (!token) return;
  bool const may_be_npi = !token->system || *token->system == npi_system;
  search.fits_nobody = type == PersonType::patient || !may_be_npi;
  search.query.npi = token->value;
}

void take_ids(QueryReader& query, PersonQuery& into) {
  auto const text = query.text("_id");
  if (!text) return;
  auto const ids = parts_at(',', *text);
  if (ids.size() > max_ids_asked_for)
    return query.problem("_id", "must name at most " + std::to_string(max_ids_asked_for) + " ids");
  for (auto const& id : ids) into.ids.push_back(person_id_of(unescaped(id)));
}

void not_before(std::optional<Instant>& from, Instant at) { from = from ? std::max(*from, at) : at; }
void not_after(std::optional<Instant>& before, Instant at) { before = before ? std::min(*before, at) : at; }

/// "ge2026-11-27": the prefixes of https://hl7.org/fhir/R4/search.html#prefix that ranges can say.
void take_change(QueryReader& query, std::string text, PersonQuery& into) {
  constexpr std::string_view wrong =
      "must be a date or time, behind nothing or eq, ge, gt, le or lt, as in ge2026-11-27T08:00:00Z";
  bool const has_prefix = !text.empty() && (text[0] < '0' || text[0] > '9');
  auto const prefix = has_prefix ? text.substr(0, 2) : std::string("eq");
  if (has_prefix) text.erase(0, 2);
  std::ranges::replace(text, ' ', '+');  // of an offset that came unescaped
  auto const range = fhir_date_range(text);
  if (!range) return query.problem("_lastUpdated", std::string(wrong));
  auto const [begin, end] = *range;
  if (prefix == "ge" || prefix == "eq") not_before(into.changed_from, begin);
  if (prefix == "gt") not_before(into.changed_from, end);
  if (prefix == "le" || prefix == "eq") not_after(into.changed_before, end);
  if (prefix == "lt") not_after(into.changed_before, begin);
  if (prefix != "eq" && prefix != "ge" && prefix != "gt" && prefix != "le" && prefix != "lt")
    query.problem("_lastUpdated", std::string(wrong));
}

void take_changes(QueryReader& query, PersonQuery& into) {
  auto texts = query.texts("_lastUpdated");
  if (texts.size() > max_changes_asked_for)
    return query.problem("_lastUpdated",
                         "is given more than " + std::to_string(max_changes_asked_for) + " times");
  for (auto& text : texts) take_change(query, std::move(text), into);
}

/// The first day of the month `months` behind that of "2026-11".
std::string first_of_month(std::string_view month, int months) {
  int const year = std::stoi(std::string(month.substr(0, 4)));
  int const number = (month.size() > 4 ? std::stoi(std::string(month.substr(5, 2))) : 1) - 1 + months;
  auto const two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  auto digits = std::to_string(10'000 + year + number / 12);
  return digits.substr(digits.size() - 4) + "-" + two(number % 12 + 1) + "-01";
}

std::optional<Instant> midnight_of(std::string const& date) { return parse_rfc3339(date + "T00:00:00Z"); }

}  // namespace

std::optional<std::pair<Instant, Instant>> fhir_date_range(std::string_view text) {
  using namespace std::chrono_literals;
  if (text.size() == 4 || text.size() == 7) {
    auto const month = std::string(text) + (text.size() == 4 ? "-01" : "");
    // Checked before anybody counts with it; the last year has no next one that could be written.
    if (!is_calendar_date(month + "-01") || month.starts_with("9999")) return std::nullopt;
    auto const begin = midnight_of(month + "-01");
    auto const end = midnight_of(first_of_month(month, text.size() == 4 ? 12 : 1));
    if (!begin || !end) return std::nullopt;
    return std::pair{*begin, *end};
  }
  if (text.size() == 10) {
    auto const begin = midnight_of(std::string(text));
    if (!begin) return std::nullopt;
    return std::pair{*begin, *begin + 24h};
  }
  constexpr std::size_t behind_minutes = 16;  // "2026-11-27T08:00"
  if (text.size() <= behind_minutes) return std::nullopt;
  auto whole = std::string(text);
  bool const has_seconds = whole[behind_minutes] == ':';
  if (!has_seconds) whole.insert(behind_minutes, ":00");
  auto const begin = parse_rfc3339(whole);
  if (!begin) return std::nullopt;
  auto const exact_to = !has_seconds ? 60'000ms : text.contains('.') ? 1ms : 1'000ms;
  return std::pair{*begin, *begin + exact_to};
}

void check_fhir_format(QueryReader& query) {
  auto format = query.text("_format");
  if (!format) return;
  std::ranges::replace(*format, ' ', '+');
  if (*format != "json" && *format != "application/fhir+json" && *format != "application/json")
    query.problem("_format", "must be json: there is no other format");
}

FhirSearch read_fhir_search(QueryReader& query, PersonType type) {
  FhirSearch search;
  check_fhir_format(query);
  auto const asked = query.integer("_count", 0, max_fhir_count_asked).value_or(default_fhir_count);
  search.count = std::min(asked, max_fhir_count);
  take_ids(query, search.query);
  take_changes(query, search.query);
  take_number(query, "phone", search.query);
  take_number(query, "telecom", search.query);
  take_identifier(query, type, search);
  search.query.last_key = name_of(query, "family");
  search.query.first_key = name_of(query, "given");
  search.query.either_key = name_of(query, "name");
  return search;
}

}  // namespace linebook::http

// How single fields are read from JSON: text in, typed value out, or what to tell behind the field's name.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/contacts/contact_number.h"
#include "domain/contacts/person.h"
#include "domain/lines/agent.h"
#include "domain/lines/line.h"
#include "domain/numbers/ten_digits.h"
#include "domain/reach/attempt.h"
#include "domain/reach/contact_purpose.h"
#include "domain/reach/decision_id.h"
#include "http/codec/object_reader.h"

namespace linebook::http {

inline constexpr std::size_t max_label = 64;  // characters of a line's or an agent's name
inline constexpr std::size_t max_file_name = 255;

Parsed<TenDigits> ten_digits(std::string_view);
Parsed<PhoneType> phone_type(std::string_view);
Parsed<PersonType> person_type(std::string_view);
Parsed<NumberOrder> number_order(std::string_view);
Parsed<std::string> person_name(std::string_view);
Parsed<std::string> label(std::string_view);
Parsed<std::string> file_name(std::string_view);
Parsed<std::string> email(std::string_view);
Parsed<std::string> timezone(std::string_view);
Parsed<std::string> state(std::string_view);
Parsed<std::string> date(std::string_view);
Parsed<Instant> instant(std::string_view);
Parsed<Gender> gender(std::string_view);
Parsed<std::string> npi(std::string_view);
/// Ids in bodies: of things that may or may not exist.
Parsed<std::string> chosen_id(std::string_view);
/// Of whatever the ledger tells: an id, or a pool number in E.164. From a query, where a "+" may have come
/// unescaped.
Parsed<std::string> entity_id(std::string_view);
/// Ids that we made: "phn_…", "pn_…", "dec_…".
Parsed<ContactNumberId> phone_id(std::string_view);
Parsed<LineId> line_id(std::string_view);
Parsed<DecisionId> decision_id(std::string_view);

Parsed<Channel> channel(std::string_view);
Parsed<Purpose> purpose(std::string_view);
Parsed<Voice> voice(std::string_view);
Parsed<Outcome> outcome(std::string_view);
/// "PT4H", "P1D"
Parsed<std::chrono::seconds> duration(std::string_view);
/// A list of 1 to `most` different texts, each through `parse`; nothing where the field is left out or null.
template <class Parse>
auto text_list(ObjectReader& reader, std::string_view name, std::size_t most, Parse parse) {
  using T = typename std::invoke_result_t<Parse&, std::string_view>::value_type;
  std::optional<std::vector<T>> values;
  auto const* items = reader.array(name);
  if (items == nullptr) return values;
  values.emplace();
  if (items->empty() || items->size() > most)
    reader.problem(name, "must hold 1 to " + std::to_string(most) + " of them");
  for (std::size_t i = 0; i < std::min(items->size(), most); ++i) {
    auto const* text = (*items)[i].if_string();
    auto value = text != nullptr ? parse(std::string_view(text->data(), text->size()))
                                 : Parsed<T>(complain("must be a string"));
    auto const field = std::string(name) + "[" + std::to_string(i) + "]";
    if (!value)
      reader.problem(field, std::move(value.error()));
    else if (std::ranges::find(*values, *value) != values->end())
      reader.problem(field, "is named twice");
    else
      values->push_back(std::move(*value));
  }
  return values;
}

/// Free text of at most `most` characters, line breaks allowed.
Parsed<std::string> remark(std::string_view, std::size_t most);

// The readers of objects tell nothing where they tell a problem.

/// {"days":["mon"],"start":"09:00","end":"18:00"}; without days, every day.
std::optional<ContactWindow> read_contact_window(boost::json::value const&, std::string const& prefix,
                                                 Problems&);
std::optional<FallbackDestination> read_fallback(boost::json::value const&, std::string const& prefix,
                                                 Problems&);
std::optional<AgentAnswer> read_agent_answer(boost::json::value const&, std::string const& prefix, Problems&);

/// An optional object field that may be null, through one of the readers above.
template <class T>
Edit<T> object_edit(ObjectReader& reader, std::string_view name, Problems& problems,
                    std::optional<T> (*read)(boost::json::value const&, std::string const&, Problems&)) {
  Edit<T> edit;
  bool const mentioned = reader.mentions(name);
  auto const* value = reader.object(name);
  if (value != nullptr) {
    if (auto parsed = read(*value, std::string(name) + ".", problems)) edit.emplace(std::move(parsed));
  } else if (mentioned) {
    edit.emplace(std::nullopt);
  }
  return edit;
}
template <class T>
std::optional<T> optional_object(ObjectReader& reader, std::string_view name, Problems& problems,
                                 std::optional<T> (*read)(boost::json::value const&, std::string const&,
                                                          Problems&)) {
  return object_edit(reader, name, problems, read).value_or(std::nullopt);
}

}  // namespace linebook::http

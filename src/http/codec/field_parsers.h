// How single fields are read from JSON: text in, typed value out, or what to tell behind the field's name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/contacts/contact_number.h"
#include "domain/contacts/person.h"
#include "domain/lines/agent.h"
#include "domain/lines/line.h"
#include "domain/numbers/ten_digits.h"
#include "domain/reach/contact_purpose.h"
#include "domain/reach/decision_id.h"
#include "http/codec/object_reader.h"

namespace linebook::http {

inline constexpr std::size_t max_label = 64;  // characters of a line's or an agent's name

Parsed<TenDigits> ten_digits(std::string_view);
Parsed<PhoneType> phone_type(std::string_view);
Parsed<std::string> person_name(std::string_view);
Parsed<std::string> label(std::string_view);
Parsed<std::string> email(std::string_view);
Parsed<std::string> timezone(std::string_view);
Parsed<std::string> state(std::string_view);
Parsed<std::string> date(std::string_view);
Parsed<Instant> instant(std::string_view);
Parsed<Gender> gender(std::string_view);
Parsed<std::string> npi(std::string_view);
/// Ids in bodies: of things that may or may not exist.
Parsed<std::string> chosen_id(std::string_view);
/// Ids that we made: "phn_…", "pn_…", "dec_…".
Parsed<ContactNumberId> phone_id(std::string_view);
Parsed<LineId> line_id(std::string_view);
Parsed<DecisionId> decision_id(std::string_view);

Parsed<Channel> channel(std::string_view);
Parsed<Purpose> purpose(std::string_view);
Parsed<Voice> voice(std::string_view);
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

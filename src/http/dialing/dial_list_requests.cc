#include "http/dialing/dial_list_requests.h"

#include "domain/dialing/dial_filter.h"
#include "http/codec/field_parsers.h"

namespace linebook::http {
namespace {

constexpr std::size_t phone_type_count = 3;
constexpr std::chrono::hours max_retry_after{24 * 30};
constexpr double min_calls_per_second = 0.01;
constexpr std::size_t max_entry_reason = 40;  // characters

Parsed<Dialer> list_dialer(std::string_view text) {
  auto const dialer = parse_dialer(text);
  if (!dialer) return complain("must be one of pull, linebook");
  return *dialer;
}

Parsed<Voicemail> list_voicemail(std::string_view text) {
  auto const voicemail = parse_voicemail(text);
  if (!voicemail) return complain("must be one of hang_up, leave, agent");
  return *voicemail;
}

Parsed<Purpose> list_purpose(std::string_view text) {
  auto const purpose = parse_purpose(text);
  if (!purpose || *purpose == Purpose::verification || *purpose == Purpose::emergency)
    return complain("must be one of care, service, marketing");
  return *purpose;
}

Parsed<DialListStatus> list_status(std::string_view text) {
  auto const status = parse_dial_list_status(text);
  if (!status) return complain("must be one of running, paused, stopped, finished");
  return *status;
}

Parsed<DialEntryState> entry_state(std::string_view text) {
  auto const state = parse_dial_entry_state(text);
  if (!state) return complain("must be one of waiting, ready, leased, calling, done, blocked");
  return *state;
}

Parsed<std::string> entry_reason(std::string_view text) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz_";
  if (text.empty() || text.size() > max_entry_reason || text.find_first_not_of(allowed) != text.npos)
    return complain("must be a reason as an entry has it, such as no_number or outside_hours");
  return std::string(text);
}

Parsed<std::chrono::seconds> retry_pause(std::string_view text) {
  auto const pause = duration(text);
  if (pause && *pause > max_retry_after) return complain("must be at most P30D");
  return pause;
}

Parsed<std::string> filter_text(std::string_view text) { return remark(text, max_filter_text); }

std::optional<PersonRef> read_person(boost::json::value const& item, std::string prefix, Problems& problems) {
  ObjectReader reader(item, problems, std::move(prefix));
  auto const type = reader.required_text("type", person_type);
  auto id = reader.required_text("id", chosen_id);
  reader.refuse_unknown();
  if (!type || !id) return std::nullopt;
  return PersonRef{*type, {std::move(*id)}};
}

/// So many of a list's people are told of.
constexpr std::size_t max_told_problems = 100;

std::vector<PersonRef> read_people(ObjectReader& reader, boost::json::array const& items,
                                   Problems& problems) {
  std::vector<PersonRef> people;
  if (items.size() > max_people_at_once) {
    reader.problem("people", "must name at most " + std::to_string(max_people_at_once) +
                                 " people; send the others with POST /dial-lists/{id}/entries, or use "
                                 "`linebook import dial-list`");
    return people;
  }
  people.reserve(items.size());
  for (std::size_t i = 0; i < items.size() && problems.size() < max_told_problems; ++i)
    if (auto person = read_person(items[i], "people[" + std::to_string(i) + "].", problems))
      people.push_back(std::move(*person));
  return people;
}

/// {"filter": {…}}
void read_filter(boost::json::value const& value, CreateDialList& command) {
  ObjectReader outer(value, command.problems, "people.");
  auto const* filter = outer.object("filter");
  if (filter == nullptr) {
    outer.problem("filter", "is required, or people as a list of {type, id}");
  } else {
    auto& into = command.list.filter.emplace();
    ObjectReader reader(*filter, command.problems, "people.filter.");
    into.person_type = reader.text_unless_null("person_type", person_type).value_or(PersonType::patient);
    into.text = reader.text("q", filter_text);
    into.phone_type = reader.text("phone_type", phone_type);
    into.verified = reader.boolean("verified");
    into.state = reader.text("state", state);
    reader.refuse_unknown();
  }
  outer.refuse_unknown();
}

void read_whom(ObjectReader& reader, CreateDialList& command) {
  auto const* people = reader.object("people");
  if (people == nullptr) return;
  if (auto const* items = people->if_array())
    command.people = read_people(reader, *items, command.problems);
  else if (people->is_object())
    read_filter(*people, command);
  else
    reader.problem("people", "must be a list of {type, id}, or {\"filter\": {…}}");
}

void read_retry_after(ObjectReader& reader, CreateDialList& command) {
  auto const* retry = reader.object("retry_after");
  if (retry == nullptr) return;
  ObjectReader each(*retry, command.problems, "retry_after.");
  auto& into = command.list.retry_after;
  into.no_answer = each.text_unless_null("no_answer", retry_pause).value_or(into.no_answer);
  into.busy = each.text_unless_null("busy", retry_pause).value_or(into.busy);
  into.voicemail = each.text_unless_null("voicemail", retry_pause).value_or(into.voicemail);
  each.refuse_unknown();
}

void read_dialing(ObjectReader& reader, DialList& list) {
  list.dialer = reader.text_unless_null("dialer", list_dialer).value_or(Dialer::pull);
  if (list.dialer == Dialer::pull) {
    for (auto const* name : {"calls_at_once", "calls_per_second", "ai_agent_id", "voicemail"})
      reader.refuse(name, "is of lists that Linebook dials: send \"dialer\": \"linebook\", or leave it out");
    return;
  }
  list.calls_at_once = reader.integer("calls_at_once", 1, max_calls_at_once).value_or(1);
  list.calls_per_second =
      reader.number("calls_per_second", min_calls_per_second, max_calls_per_second).value_or(1);
  if (auto agent = reader.text("ai_agent_id", chosen_id)) list.ai_agent = AgentId{std::move(*agent)};
  list.voicemail = reader.text_unless_null("voicemail", list_voicemail).value_or(Voicemail::agent);
}

}  // namespace

CreateDialList read_create_dial_list(boost::json::value const& body) {
  CreateDialList command;
  auto& list = command.list;
  ObjectReader reader(body, command.problems);
  list.name = reader.required_text("name", label).value_or("");
  list.purpose = reader.required_text("purpose", list_purpose).value_or(Purpose::care);
  auto const channel_of_list = reader.text_unless_null("channel", channel);
  if (channel_of_list == Channel::text)
    reader.problem("channel", "must be call: texts are sent with POST /messages");
  list.lines = text_list(reader, "line_ids", max_dial_lines, line_id).value_or(std::vector<LineId>());
  read_whom(reader, command);
  list.phone_types = text_list(reader, "phone_types", phone_type_count, phone_type)
                         .value_or(std::vector{PhoneType::cell, PhoneType::home});
  list.max_attempts = static_cast<int>(reader.integer("max_attempts", 1, max_dial_attempts).value_or(3));
  read_retry_after(reader, command);
  list.starts_at = reader.text("starts_at", instant);
  list.ends_at = reader.text("ends_at", instant);
  read_dialing(reader, list);
  reader.refuse_unknown();
  return command;
}

AddDialEntries read_add_dial_entries(boost::json::value const& body) {
  AddDialEntries command;
  ObjectReader reader(body, command.problems);
  auto const* people = reader.array("people");
  if (people != nullptr)
    command.people = read_people(reader, *people, command.problems);
  else if (body.is_object() && !reader.has("people"))
    reader.problem("people", "is required: a list of {type, id}");
  reader.refuse_unknown();
  return command;
}

DialListFilter read_dial_list_filter(QueryReader& query) {
  return {.status = query.parsed("status", list_status)};
}

DialEntryFilter read_dial_entry_filter(QueryReader& query) {
  return {.state = query.parsed("state", entry_state), .reason = query.parsed("reason", entry_reason)};
}

}  // namespace linebook::http

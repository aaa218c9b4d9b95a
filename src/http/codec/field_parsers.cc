#include "http/codec/field_parsers.h"

#include <array>
#include <vector>

#include "base/id.h"
#include "domain/contacts/person_fields.h"
#include "domain/contacts/state.h"
#include "domain/numbers/written_number.h"
#include "domain/text/iso_duration.h"
#include "domain/text/name_key.h"
#include "domain/text/remark.h"
#include "domain/text/sip_uri.h"
#include "domain/text/timezone.h"
#include "domain/text/web_url.h"
#include "http/codec/query_reader.h"

namespace linebook::http {
namespace {

template <class T>
Parsed<T> known(std::optional<T> value, char const* otherwise) {
  if (!value) return complain(otherwise);
  return *value;
}

/// A domain parser's Result as a Parsed: its message fits behind the field's name.
template <class T>
Parsed<T> from_result(Result<T> result) {
  if (!result) return complain(std::move(result.error().message));
  return std::move(*result);
}

template <class AnyId>
Parsed<AnyId> our_id(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix) || !parse_ulid(text.substr(prefix.size())))
    return complain("must be an id that begins with " + std::string(prefix));
  return AnyId{std::string(text)};
}

Parsed<std::string> clean_text(std::string_view text, std::size_t most) {
  if (!is_clean_text(text, most))
    return complain("must be at most " + std::to_string(most) + " characters, without control characters");
  if (name_key(text).empty()) return complain("must not be blank");
  return std::string(text);
}

}  // namespace

Parsed<TenDigits> ten_digits(std::string_view text) {
  auto const written = read_written_number(text);
  if (!written) return complain(message_for(written.error()));
  // Kept without it, it would be lost without a word.
  if (!written->extension.empty())
    return complain("has an extension (" + written->extension +
                    "): numbers are kept without one, leave it out");
  return written->number;
}

Parsed<PhoneType> phone_type(std::string_view text) {
  return known(parse_phone_type(text), "must be one of cell, home, other");
}

Parsed<PersonType> person_type(std::string_view text) {
  auto const type = parse_person_type(text);
  if (!type) return complain("must be one of patient, doctor");
  return *type;
}

Parsed<NumberOrder> number_order(std::string_view text) {
  auto const order = parse_number_order(text);
  if (!order) return complain("must be one of newest, number, name");
  return *order;
}

Parsed<std::string> person_name(std::string_view text) { return clean_text(text, max_person_name); }
Parsed<std::string> label(std::string_view text) { return clean_text(text, max_label); }

Parsed<std::string> file_name(std::string_view text) { return clean_text(text, max_file_name); }

Parsed<std::string> email(std::string_view text) {
  if (!is_email(text)) return complain("must be an e-mail address, such as jane@example.com");
  return std::string(text);
}

Parsed<std::string> timezone(std::string_view text) {
  if (!is_timezone(text)) return complain("must be an IANA time zone, such as America/New_York");
  return std::string(text);
}

Parsed<std::string> state(std::string_view text) {
  if (read_state(text) != text)
    return complain("must be the two capital letters of a US state or Canadian province, such as TX");
  return std::string(text);
}

Parsed<std::string> date(std::string_view text) {
  if (!is_calendar_date(text)) return complain("must be a date as in 1980-02-29");
  return std::string(text);
}

Parsed<Gender> gender(std::string_view text) {
  return known(parse_gender(text), "must be one of male, female, other, unknown");
}

Parsed<std::string> npi(std::string_view text) {
  if (!is_npi(text)) return complain("must be ten digits");
  return std::string(text);
}

Parsed<std::string> chosen_id(std::string_view text) {
  if (!is_choosable_id(text)) return complain("must be 1 to 64 letters, digits, dots, dashes or underscores");
  return std::string(text);
}

Parsed<Instant> instant(std::string_view text) {
  return known(parse_rfc3339(text),
               "must be a time such as 2026-11-25T21:40:00Z or 2026-11-25T16:40:00-05:00");
}

Parsed<std::string> entity_id(std::string_view text) {
  auto id = with_plus(text);
  if (auto known = chosen_id(id.starts_with('+') ? std::string_view(id).substr(1) : id); !known)
    return std::unexpected(std::move(known.error()));
  return id;
}

Parsed<ContactNumberId> phone_id(std::string_view text) { return our_id<ContactNumberId>(text, "phn_"); }
Parsed<LineId> line_id(std::string_view text) { return our_id<LineId>(text, "pn_"); }
Parsed<DecisionId> decision_id(std::string_view text) { return our_id<DecisionId>(text, "dec_"); }

Parsed<Channel> channel(std::string_view text) {
  return known(parse_channel(text), "must be one of call, text");
}
Parsed<Purpose> purpose(std::string_view text) {
  return known(parse_purpose(text), "must be one of care, service, marketing, verification, emergency");
}
Parsed<Voice> voice(std::string_view text) {
  return known(parse_voice(text), "must be one of artificial, human");
}

Parsed<Outcome> outcome(std::string_view text) {
  return known(
      parse_outcome(text),
      "must be one of answered, no_answer, busy, voicemail, failed, wrong_number, do_not_call, callback");
}
Parsed<std::chrono::seconds> duration(std::string_view text) {
  return known(parse_iso_duration(text), "must be a length of time such as PT15M, PT4H or P1D (ISO 8601)");
}

Parsed<std::string> remark(std::string_view text, std::size_t most) {
  if (!is_remark(text, most))
    return complain("must be at most " + std::to_string(most) + " characters of text");
  return std::string(text);
}

std::optional<ContactWindow> read_contact_window(boost::json::value const& value, std::string const& prefix,
                                                 Problems& problems) {
  auto const known_problems = problems.size();
  ObjectReader reader(value, problems, prefix);
  std::vector<std::string> names;
  if (reader.mentions("days") && !reader.has("days")) reader.problem("days", "must not be null");
  if (auto const* days = reader.array("days")) {
    for (auto const& day : *days) {
      if (auto const* name = day.if_string())
        names.emplace_back(name->data(), name->size());
      else
        reader.problem("days", "must be a list of strings");
    }
  } else {
    names = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  }
  auto any = [](std::string_view text) -> Parsed<std::string> { return std::string(text); };
  auto const start = reader.required_text("start", any);
  auto const end = reader.required_text("end", any);
  reader.refuse_unknown();
  if (problems.size() != known_problems || !start || !end) return std::nullopt;

  std::vector<std::string_view> const day_names(names.begin(), names.end());
  auto window = ContactWindow::make(day_names, *start, *end);
  if (window) return *window;
  for (auto const& detail : window.error().details) reader.problem(detail.field, detail.message);
  return std::nullopt;
}

std::optional<FallbackDestination> read_fallback(boost::json::value const& value, std::string const& prefix,
                                                 Problems& problems) {
  auto const known_problems = problems.size();
  ObjectReader reader(value, problems, prefix);
  auto const type = reader.required_text("type", [](std::string_view text) -> Parsed<FallbackType> {
    if (text == "number") return FallbackType::number;
    if (text == "sip") return FallbackType::sip;
    return complain("must be one of number, sip");
  });
  std::optional<std::string> address;
  if (type == FallbackType::number) {
    address = reader.required_text("number", [](std::string_view text) -> Parsed<std::string> {
      auto number = E164::parse(text);
      if (!number) return complain(std::move(number.error().message));
      return number->str();
    });
  } else if (type == FallbackType::sip) {
    address = reader.required_text("sip_uri",
                                   [](std::string_view text) { return from_result(parse_sip_uri(text)); });
  }
  if (type) reader.refuse_unknown();
  if (problems.size() != known_problems || !type || !address) return std::nullopt;
  return FallbackDestination{*type, std::move(*address)};
}

std::optional<AgentAnswer> read_agent_answer(boost::json::value const& value, std::string const& prefix,
                                             Problems& problems) {
  auto const known_problems = problems.size();
  ObjectReader reader(value, problems, prefix);
  auto const type = reader.required_text("type", [](std::string_view text) {
    return known(parse_answer_type(text), "must be one of stream, sip, webhook");
  });
  std::optional<std::string> address;
  if (type == AnswerType::sip) {
    address = reader.required_text("sip_uri",
                                   [](std::string_view text) { return from_result(parse_sip_uri(text)); });
  } else if (type) {
    auto const scheme = *type == AnswerType::stream ? UrlScheme::wss : UrlScheme::https;
    address = reader.required_text(
        "url", [scheme](std::string_view text) { return from_result(parse_web_url(text, scheme)); });
  }
  if (type) reader.refuse_unknown();
  if (problems.size() != known_problems || !type || !address) return std::nullopt;
  return AgentAnswer{*type, std::move(*address)};
}

}  // namespace linebook::http

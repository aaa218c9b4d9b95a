#include "carriers/twilio/twilio_json.h"

#include <boost/json/parse.hpp>
#include <charconv>

#include "carriers/twilio/twilio_dates.h"
#include "domain/calls/twilio_call_words.h"
#include "domain/messages/twilio_message_words.h"

namespace linebook::twilio {
namespace {

constexpr std::size_t max_message = 300;  // bytes of a carrier's words that are passed on
constexpr int twilio_busy = 20429;

boost::json::value parsed(std::string_view json) {
  boost::system::error_code error;
  auto value = boost::json::parse(json, error);
  return error ? boost::json::value() : value;
}

std::string text_at(boost::json::object const& object, char const* name) {
  auto const* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::vector<std::string> capabilities_of(boost::json::object const& number) {
  std::vector<std::string> names;
  auto const* flags = number.if_contains("capabilities");
  if (flags == nullptr || !flags->is_object()) return names;
  for (char const* name : {"voice", "sms", "mms", "fax"}) {
    auto const* flag = flags->as_object().if_contains(name);
    if (flag != nullptr && flag->is_bool() && flag->as_bool()) names.emplace_back(name);
  }
  return names;
}

std::optional<CarrierNumber> number_of(boost::json::value const& value) {
  if (!value.is_object()) return std::nullopt;
  auto const& object = value.as_object();
  auto const number = E164::parse(text_at(object, "phone_number"));
  auto sid = text_at(object, "sid");
  if (!number || sid.empty()) return std::nullopt;
  return CarrierNumber{.sid = std::move(sid),
                       .number = *number,
                       .capabilities = capabilities_of(object),
                       .voice = {.voice_url = text_at(object, "voice_url"),
                                 .voice_method = text_at(object, "voice_method"),
                                 .voice_fallback_url = text_at(object, "voice_fallback_url"),
                                 .voice_fallback_method = text_at(object, "voice_fallback_method"),
                                 .status_callback = text_at(object, "status_callback"),
                                 .status_callback_method = text_at(object, "status_callback_method"),
                                 .trunk_sid = text_at(object, "trunk_sid"),
                                 .voice_application_sid = text_at(object, "voice_application_sid")}};
}

/// Twilio writes counts as texts: "12".
std::optional<std::int64_t> count_at(boost::json::object const& object, char const* name) {
  auto const text = text_at(object, name);
  std::int64_t count = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return count;
}

std::optional<std::string> text_if_any(boost::json::object const& object, char const* name) {
  auto text = text_at(object, name);
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

std::optional<CarrierCall> call_of(boost::json::value const& value) {
  if (!value.is_object()) return std::nullopt;
  auto const& object = value.as_object();
  auto const status = twilio_call_status(text_at(object, "status"));
  auto sid = text_at(object, "sid");
  if (!status || sid.empty()) return std::nullopt;
  return CarrierCall{.sid = std::move(sid),
                     .status = *status,
                     .from = text_at(object, "from"),
                     .to = text_at(object, "to"),
                     .answered_by = twilio_answered_by(text_at(object, "answered_by")),
                     .duration_seconds = count_at(object, "duration"),
                     .created_at = parse_rfc2822(text_at(object, "date_created"))};
}

std::optional<CarrierText> text_of(boost::json::value const& value) {
  if (!value.is_object()) return std::nullopt;
  auto const& object = value.as_object();
  auto const status = twilio_message_status(text_at(object, "status"));
  auto sid = text_at(object, "sid");
  if (!status || sid.empty()) return std::nullopt;
  std::optional<int> error_code;
  if (auto const* code = object.if_contains("error_code"); code != nullptr && code->is_int64())
    error_code = static_cast<int>(code->as_int64());
  return CarrierText{.sid = std::move(sid),
                     .status = *status,
                     .from = text_at(object, "from"),
                     .to = text_at(object, "to"),
                     .text = text_at(object, "body"),
                     .error_code = error_code,
                     .segments = count_at(object, "num_segments"),
                     .price = text_if_any(object, "price"),
                     .price_unit = text_if_any(object, "price_unit"),
                     .created_at = parse_rfc2822(text_at(object, "date_created"))};
}

template <class T>
std::optional<Page<T>> page_of(std::string_view json, char const* list_name,
                               std::optional<T> (*item_of)(boost::json::value const&)) {
  auto const value = parsed(json);
  if (!value.is_object()) return std::nullopt;
  auto const* list = value.as_object().if_contains(list_name);
  if (list == nullptr || !list->is_array()) return std::nullopt;
  Page<T> page;
  for (auto const& written : list->as_array())
    if (auto item = item_of(written)) page.items.push_back(std::move(*item));
  page.next_page = text_at(value.as_object(), "next_page_uri");
  return page;
}

/// Printable ASCII, cut: it goes into answers, the ledger and logs.
std::string shown(std::string text) {
  for (char& c : text)
    if (c < ' ' || c > '~') c = ' ';
  if (text.size() > max_message) text.resize(max_message);
  return text;
}

}  // namespace

std::optional<CarrierNumber> read_number(std::string_view json) { return number_of(parsed(json)); }

std::optional<CarrierCall> read_call(std::string_view json) { return call_of(parsed(json)); }
std::optional<CarrierText> read_text(std::string_view json) { return text_of(parsed(json)); }

std::optional<Page<CarrierNumber>> read_number_page(std::string_view json) {
  return page_of<CarrierNumber>(json, "incoming_phone_numbers", number_of);
}
std::optional<Page<CarrierCall>> read_call_page(std::string_view json) {
  return page_of<CarrierCall>(json, "calls", call_of);
}
std::optional<Page<CarrierText>> read_text_page(std::string_view json) {
  return page_of<CarrierText>(json, "messages", text_of);
}

std::optional<std::vector<E164>> read_available(std::string_view json) {
  auto const value = parsed(json);
  if (!value.is_object()) return std::nullopt;
  auto const* list = value.as_object().if_contains("available_phone_numbers");
  if (list == nullptr || !list->is_array()) return std::nullopt;
  std::vector<E164> numbers;
  for (auto const& item : list->as_array()) {
    if (!item.is_object()) continue;
    if (auto const number = E164::parse(text_at(item.as_object(), "phone_number")))
      numbers.push_back(*number);
  }
  return numbers;
}

CarrierError read_error(long http_status, std::string_view json) {
  CarrierError error{CarrierFault::refused, 0, "HTTP status " + std::to_string(http_status)};
  if (auto const value = parsed(json); value.is_object()) {
    if (auto const* code = value.as_object().if_contains("code"); code != nullptr && code->is_int64())
      error.code = static_cast<int>(code->as_int64());
    if (auto message = text_at(value.as_object(), "message"); !message.empty())
      error.message = shown(std::move(message));
  }
  if (http_status == 429 || error.code == twilio_busy)
    error.fault = CarrierFault::busy;
  else if (http_status == 404)
    error.fault = CarrierFault::not_found;
  else if (http_status < 400 || http_status >= 500 || http_status == 408)
    error.fault = CarrierFault::broken;
  return error;
}

}  // namespace linebook::twilio

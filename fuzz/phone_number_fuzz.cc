// Whatever text comes in as a number, a query, an address or a time window: no crash, nothing accepted that
// breaks its type's promise, and what was parsed renders to what parses to the same again.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "domain/contacts/contact_window.h"
#include "domain/numbers/e164.h"
#include "domain/numbers/number_marks.h"
#include "domain/numbers/number_query.h"
#include "domain/numbers/telecom_text.h"
#include "domain/numbers/ten_digits.h"
#include "domain/numbers/written_number.h"
#include "domain/text/sip_uri.h"
#include "domain/text/web_url.h"

namespace {

using namespace linebook;

void require(bool promise) {
  if (!promise) std::abort();
}

bool is_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_printable_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

void try_e164(std::string_view text) {
  auto number = E164::parse(text);
  if (!number) return require(!number.error().message.empty());
  require(number->view() == text);
  require(text.front() == '+' && is_digits(text.substr(1)) && text.size() >= 8 && text.size() <= 16);
  require(number->masked().size() == 7);
  auto ten = TenDigits::from_e164(*number);
  require(ten.has_value() == number->is_nanp());
  if (ten) require(ten->to_e164() == *number);
}

void try_ten_digits(std::string_view text) {
  auto number = TenDigits::parse(text);
  if (!number) return;
  require(number->view().size() == 10 && is_digits(number->view()));
  require(TenDigits::parse(number->view()) == number);
  require(text == number->view());
  require(E164::parse(number->to_e164().view()) == number->to_e164());
  require(number->satisfies(NumberPolicy::possible));
  require(number->is_valid() == !number->fault());
  require(number->masked().find(number->view().substr(0, 6)) == std::string::npos);
}

bool is_message(std::string_view text) {
  return !text.empty() && text.size() < 200 &&
         std::ranges::all_of(text, [](char c) { return c == ' ' || (c > ' ' && c < 0x7f); });
}

void try_plain_marks(std::string_view text) {
  auto const plain = plain_marks(text);
  require(plain.size() <= text.size() && plain_marks(plain) == plain);
  require(count_characters(text) <= text.size() && count_characters(plain) == plain.size());
}

void try_written_number(std::string_view text) {
  for (auto letters : {NumberLetters::refused, NumberLetters::keypad}) {
    auto const read = read_written_number(text, letters);
    if (!read) {
      require(is_message(message_for(read.error())) && !to_string(read.error().obstacle).empty());
      continue;
    }
    require(is_digits(read->extension) && read->extension.size() <= max_extension);
    auto const again = read_written_number(read->number.to_e164().view());
    require(again && again->number == read->number && again->extension.empty());
    auto const extended = read_written_number(read->number.str() + " ext. " + read->extension, letters);
    require(extended && *extended == *read);
    require(is_message(extension_left_out(*read)));
  }
  auto const read = read_written_number(text);
  auto const line = read_written_e164(text);
  // A number of ours is a number of the world, and the other way round where the world is ours.
  require(!read || (line && line->number == read->number.to_e164() && line->extension == read->extension));
  if (line) {
    require(read.has_value() == line->number.is_nanp());
    require(read || read.error().obstacle == NumberObstacle::foreign);
    auto const again = read_written_e164(line->number.view());
    require(again && again->number == line->number);
  }
}

void try_number_query(std::string_view text) {
  auto query = NumberQuery::parse(text);
  if (!query)
    return require(query.error().code == ErrorCode::invalid_query && is_message(query.error().message));
  require(query->digits().size() <= 10 && is_digits(query->digits()));
  require(NumberQuery::parse(query->digits()) == query);
  // What can be stored can be found by the same text.
  if (auto number = read_written_number(text)) require(query->digits() == number->number.view());
}

void try_telecom_text(std::string_view text) {
  auto reading = read_telecom_text(text);
  require(reading.warnings.size() == reading.unread.size() + reading.extensions);
  for (auto const& number : reading.numbers) {
    auto again = read_telecom_text(number.view());
    require(again.numbers.size() == 1 && again.numbers[0] == number && again.warnings.empty());
    bool const is_example = number.view() == "5551234567";  // of the messages themselves
    for (auto const& warning : reading.warnings)
      require(is_example || warning.find(number.view()) == std::string::npos);
  }
  for (auto const& warning : reading.warnings) require(is_message(warning));
}

void try_addresses(std::string_view text) {
  if (auto uri = parse_sip_uri(text)) {
    require(uri->size() == text.size() && uri->size() <= max_sip_uri && is_printable_ascii(*uri));
    require(parse_sip_uri(*uri) == *uri);
    require(parse_sip_termination(text) == *uri);
  }
  if (auto host = parse_sip_termination(text))
    require(parse_sip_termination(*host) == *host && is_printable_ascii(*host));
  for (auto scheme : {UrlScheme::wss, UrlScheme::https})
    if (auto url = parse_web_url(text, scheme)) {
      require(url->size() <= max_web_url && is_printable_ascii(*url));
      require(url->find('#') == std::string::npos && parse_web_url(*url, scheme) == *url);
    }
}

void try_contact_window(std::string_view text) {
  auto window = ContactWindow::parse(text);
  if (!window) return;
  require(window->str() == text);
  require(window->start() < window->end() && !window->days().empty());
  require(window->contains(window->days().front(), window->start()));
  require(!window->contains(window->days().front(), window->end()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view text(reinterpret_cast<char const*>(data), size);
  try_e164(text);
  try_ten_digits(text);
  try_plain_marks(text);
  try_written_number(text);
  try_number_query(text);
  try_telecom_text(text);
  try_addresses(text);
  try_contact_window(text);
  is_private_identifier(text);
  return 0;
}

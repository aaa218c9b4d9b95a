#include "http/codec/accepted_coding.h"

#include <algorithm>
#include <boost/beast/core/string.hpp>

#include "domain/text/spelling.h"

namespace linebook::http {
namespace {

constexpr Spelling<ContentCoding> content_codings[] = {
    {ContentCoding::identity, "identity"}, {ContentCoding::gzip, "gzip"}, {ContentCoding::brotli, "br"}};

std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

/// ";q=0", ";q=0.000": it is not to be sent.
bool is_refused(std::string_view parameters) {
  auto const equals = parameters.find('=');
  if (equals == parameters.npos || !boost::beast::iequals(without_blanks(parameters.substr(0, equals)), "q"))
    return false;
  auto const weight = without_blanks(parameters.substr(equals + 1));
  return weight.starts_with('0') && weight.find_first_not_of("0.") == weight.npos;
}

bool allows(std::string_view header, std::string_view coding) {
  bool any = false;
  while (!header.empty()) {
    auto const comma = header.find(',');
    auto const item = header.substr(0, comma);
    header.remove_prefix(comma == header.npos ? header.size() : comma + 1);
    auto const semicolon = item.find(';');
    auto const name = without_blanks(item.substr(0, semicolon));
    bool const refused = semicolon != item.npos && is_refused(item.substr(semicolon + 1));
    if (boost::beast::iequals(name, coding)) return !refused;
    if (name == "*") any = !refused;
  }
  return any;
}

}  // namespace

std::string_view to_string(ContentCoding coding) { return spell(content_codings, coding); }

ContentCoding accepted_coding(std::optional<std::string_view> accept_encoding,
                              std::initializer_list<ContentCoding> offered) {
  auto const header = accept_encoding.value_or("");
  auto const* const found =
      std::ranges::find_if(offered, [&](ContentCoding coding) { return allows(header, to_string(coding)); });
  return found == offered.end() ? ContentCoding::identity : *found;
}

}  // namespace linebook::http

#include "http/codec/form_body.h"

#include "base/hex_digit.h"

namespace linebook::http {
namespace {

std::optional<std::string> form_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%') {
      int const high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      int const low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

Result<FormBody> FormBody::parse(std::string_view body) {
  FormBody form;
  while (!body.empty()) {
    auto const part = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(body.size(), part.size() + 1));
    if (part.empty()) continue;
    auto const equals = std::min(part.find('='), part.size());
    auto name = form_decoded(part.substr(0, equals));
    auto value = form_decoded(equals < part.size() ? part.substr(equals + 1) : std::string_view());
    if (!name || !value || form.fields_.size() == max_form_fields)
      return fail(ErrorCode::invalid_request,
                  "the form is not correctly percent-encoded, or has too many fields");
    form.fields_.emplace_back(std::move(*name), std::move(*value));
  }
  return form;
}

std::string_view FormBody::operator[](std::string_view name) const {
  for (auto const& [field, value] : fields_)
    if (field == name) return value;
  return {};
}

}  // namespace linebook::http

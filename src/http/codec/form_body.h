// application/x-www-form-urlencoded, as carriers send their notices.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace linebook::http {

/// Carriers send some thirty fields.
inline constexpr std::size_t max_form_fields = 200;

class FormBody {
 public:
  /// Names and values decoded, in the order of the body, whatever bytes they hold. invalid_request for a bad
  /// escape and for more than max_form_fields.
  static Result<FormBody> parse(std::string_view body);

  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  std::vector<std::pair<std::string, std::string>> const& fields() const { return fields_; }
  /// The first of that name, empty where there is none.
  std::string_view operator[](std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace linebook::http

// Takes a JSON object apart, field by field, into typed values. What is wrong with a field goes into
// `problems` under its name; reading goes on, so that one answer names every field at fault. A field that
// nobody asked for is a problem too: a typo in `do_not_call` must not be lost silently.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "app/edits.h"
#include "base/result.h"

namespace linebook::http {

/// A value that could not be read, and what to tell of it behind the field's name: "must be …".
template <class T>
using Parsed = std::expected<T, std::string>;
inline auto complain(std::string message) { return std::unexpected<std::string>(std::move(message)); }

class ObjectReader {
 public:
  /// `value` that is no object is a problem of its own. `prefix` stands before the names in problems:
  /// "answer.".
  ObjectReader(boost::json::value const& value, Problems& problems, std::string prefix = "");
  ObjectReader(ObjectReader const&) = delete;
  ObjectReader& operator=(ObjectReader const&) = delete;

  /// Present and not null.
  bool has(std::string_view name) const;
  /// Present, maybe null.
  bool mentions(std::string_view name) const;

  /// Any string, read by `parse`: string_view → Parsed<T>.
  template <class Parse>
  auto text(std::string_view name, Parse parse) {
    using T = typename std::invoke_result_t<Parse&, std::string_view>::value_type;
    std::optional<T> result;
    if (auto const* s = string_at(name)) {
      auto parsed = parse(std::string_view(*s));
      if (parsed)
        result = std::move(*parsed);
      else
        problem(name, std::move(parsed.error()));
    }
    return result;
  }
  template <class Parse>
  auto required_text(std::string_view name, Parse parse) {
    require(name);
    return text(name, std::move(parse));
  }
  /// For edits: left out, null, or given. A value at fault counts as left out.
  template <class Parse>
  auto text_edit(std::string_view name, Parse parse) {
    using T = typename std::invoke_result_t<Parse&, std::string_view>::value_type;
    Edit<T> edit;
    if (mentions(name) && !has(name)) {
      take(name);
      edit.emplace(std::nullopt);
    } else if (auto value = text(name, std::move(parse))) {
      edit.emplace(std::move(value));
    }
    return edit;
  }
  /// A field that may be left out but not be null.
  template <class Parse>
  auto text_unless_null(std::string_view name, Parse parse) {
    refuse_null(name);
    return text(name, std::move(parse));
  }

  std::optional<bool> boolean(std::string_view name);  // null is a problem
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t least,
                                      std::int64_t most);                          // null is a problem
  std::optional<double> number(std::string_view name, double least, double most);  // null is a problem
  boost::json::value const* object(std::string_view name);  // nothing when absent or null
  boost::json::array const* array(std::string_view name);   // nothing when absent or null

  void problem(std::string_view name, std::string message);
  /// Names each field that was not asked for. Call it last.
  void refuse_unknown();
  /// The field is known, and refused with this message where it is sent.
  void refuse(std::string_view name, std::string message);

 private:
  boost::json::value const* take(std::string_view name);
  boost::json::string const* string_at(std::string_view name);
  void require(std::string_view name);
  void refuse_null(std::string_view name);

  boost::json::object const* object_ = nullptr;
  Problems& problems_;
  std::string prefix_;
  std::vector<std::string_view> taken_;
};

}  // namespace linebook::http

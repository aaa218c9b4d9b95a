// A request's query, read strictly: an unknown or repeated parameter is an error that names it, so that a
// typo in a filter never answers with everything.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/edits.h"
#include "base/instant.h"
#include "base/result.h"
#include "http/codec/object_reader.h"

namespace linebook::http {

/// %XX and, in a query, "+" for a space. Nothing for a bad escape, control characters, or what is not UTF-8.
enum class PlusSign { literal, space };
std::optional<std::string> percent_decoded(std::string_view, PlusSign);

/// What finish() says of a parameter that nobody asked for.
inline constexpr std::string_view no_such_parameter = "is not a parameter of this request";

class QueryReader {
 public:
  static constexpr std::size_t max_parameters = 32;

  explicit QueryReader(std::string_view raw);

  std::optional<std::int64_t> integer(std::string_view name, std::int64_t least, std::int64_t most);
  std::optional<bool> boolean(std::string_view name);
  std::optional<Instant> time(std::string_view name);
  /// The value. An empty one is a problem: a variable that a script forgot to set must not list everything.
  std::optional<std::string> text(std::string_view name);
  /// The value, where an empty one has a meaning of its own.
  std::optional<std::string> text_or_empty(std::string_view name);
  /// Every value of a parameter that may be given several times. An empty one is a problem.
  std::vector<std::string> texts(std::string_view name);
  /// The value through `parse` (string_view → Parsed<T>).
  template <class Parse>
  auto parsed(std::string_view name, Parse parse) {
    using T = typename std::invoke_result_t<Parse&, std::string_view>::value_type;
    std::optional<T> result;
    if (auto value = text(name)) {
      auto outcome = parse(std::string_view(*value));
      if (outcome)
        result = std::move(*outcome);
      else
        problem(name, std::move(outcome.error()));
    }
    return result;
  }
  void problem(std::string_view name, std::string message);

  /// invalid_parameter over everything found wrong, unknown and repeated parameters included. Call it last.
  Result<void> finish();

  /// What a page token is bound to: every parameter but page_size and page_token, in order of name.
  std::string canonical() const;

 private:
  std::optional<std::string_view> take(std::string_view name);

  std::vector<std::pair<std::string, std::string>> parameters_;
  std::vector<std::string_view> taken_;
  std::vector<std::string_view> repeatable_;
  Problems problems_;
};

/// The "+" of a number in a query may have come unescaped, and so as a space.
std::string with_plus(std::string_view);

}  // namespace linebook::http

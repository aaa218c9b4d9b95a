#include "http/codec/object_reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "domain/text/shown_text.h"

namespace linebook::http {

namespace json = boost::json;

ObjectReader::ObjectReader(json::value const& value, Problems& problems, std::string prefix)
    : object_(value.if_object()), problems_(problems), prefix_(std::move(prefix)) {
  if (object_ != nullptr) return;
  auto const field = prefix_.empty() ? std::string("body") : prefix_.substr(0, prefix_.size() - 1);
  problems_.push_back({field, "must be a JSON object"});
}

bool ObjectReader::mentions(std::string_view name) const {
  return object_ != nullptr && object_->contains(name);
}

bool ObjectReader::has(std::string_view name) const {
  auto const* value = object_ != nullptr ? object_->if_contains(name) : nullptr;
  return value != nullptr && !value->is_null();
}

json::value const* ObjectReader::take(std::string_view name) {
  taken_.push_back(name);
  auto const* value = object_ != nullptr ? object_->if_contains(name) : nullptr;
  return value == nullptr || value->is_null() ? nullptr : value;
}

json::string const* ObjectReader::string_at(std::string_view name) {
  auto const* value = take(name);
  if (value == nullptr) return nullptr;
  if (auto const* s = value->if_string()) return s;
  problem(name, "must be a string");
  return nullptr;
}

void ObjectReader::require(std::string_view name) {
  // One complaint is enough where the whole thing is no object.
  if (object_ != nullptr && !has(name)) problem(name, "is required");
}

void ObjectReader::refuse_null(std::string_view name) {
  if (mentions(name) && !has(name)) problem(name, "must not be null");
}

std::optional<bool> ObjectReader::boolean(std::string_view name) {
  refuse_null(name);
  auto const* value = take(name);
  if (value == nullptr) return std::nullopt;
  if (auto const* b = value->if_bool()) return *b;
  problem(name, "must be true or false");
  return std::nullopt;
}

std::optional<std::int64_t> ObjectReader::integer(std::string_view name, std::int64_t least,
                                                  std::int64_t most) {
  refuse_null(name);
  auto const* value = take(name);
  if (value == nullptr) return std::nullopt;
  // 350.0 is as whole as 350.
  auto const* written = value->if_double();
  bool const is_whole = written != nullptr && std::abs(*written) < 1e15 && std::trunc(*written) == *written;
  auto const number = value->is_int64() ? std::optional(value->as_int64())
                      : is_whole        ? std::optional(static_cast<std::int64_t>(*written))
                                        : std::nullopt;
  if (number && *number >= least && *number <= most) return number;
  problem(name, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

std::optional<double> ObjectReader::number(std::string_view name, double least, double most) {
  refuse_null(name);
  auto const* value = take(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_number())
    if (auto const number = value->to_number<double>(); number >= least && number <= most) return number;
  std::array<char, 64> range{};
  auto const length =
      std::snprintf(range.data(), range.size(), "must be a number from %g to %g", least, most);
  problem(name, {range.data(), static_cast<std::size_t>(length)});
  return std::nullopt;
}

json::value const* ObjectReader::object(std::string_view name) { return take(name); }

json::array const* ObjectReader::array(std::string_view name) {
  auto const* value = take(name);
  if (value == nullptr) return nullptr;
  if (auto const* a = value->if_array()) return a;
  problem(name, "must be an array");
  return nullptr;
}

void ObjectReader::problem(std::string_view name, std::string message) {
  problems_.push_back({prefix_ + std::string(name), std::move(message)});
}

void ObjectReader::refuse(std::string_view name, std::string message) {
  if (mentions(name)) problem(name, std::move(message));
  taken_.push_back(name);
}

void ObjectReader::refuse_unknown() {
  if (object_ == nullptr) return;
  static constexpr std::size_t max_told = 20;   // a hostile body has thousands
  static constexpr std::size_t max_shown = 64;  // bytes of a name
  std::size_t told = 0;
  for (auto const& field : *object_) {
    std::string_view const name(field.key());
    if (std::ranges::find(taken_, name) != taken_.end()) continue;
    if (++told > max_told) return;
    problem(cut_text(name, max_shown), "is not a field of this request");
  }
}

}  // namespace linebook::http

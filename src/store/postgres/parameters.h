// What a statement is asked with, in PostgreSQL's binary formats. Every type of ours has one type there:
// numbers and times bigint, flags boolean, enumerations and ids text, secrets and hashes bytea.
#pragma once

#include <array>
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/id.h"
#include "base/instant.h"
#include "domain/numbers/e164.h"
#include "domain/numbers/ten_digits.h"
#include "store/encoding/table_values.h"

namespace linebook::postgres {

/// As pg_type.dat numbers them.
enum class TypeId : unsigned {
  boolean = 16,
  bytea = 17,
  bigint = 20,
  text = 25,
  bigints = 1016,
  texts = 1009
};

template <class T>
struct TypeOf {
  static constexpr TypeId id = TypeId::text;
};
template <>
struct TypeOf<bool> {
  static constexpr TypeId id = TypeId::boolean;
};
template <>
struct TypeOf<Bytes> {
  static constexpr TypeId id = TypeId::bytea;
};
template <class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
struct TypeOf<T> {
  static constexpr TypeId id = TypeId::bigint;
};
template <>
struct TypeOf<Instant> {
  static constexpr TypeId id = TypeId::bigint;
};
template <>
struct TypeOf<AccountId> {
  static constexpr TypeId id = TypeId::bigint;
};
template <>
struct TypeOf<std::vector<std::int64_t>> {
  static constexpr TypeId id = TypeId::bigints;
};
template <>
struct TypeOf<std::vector<std::string_view>> {
  static constexpr TypeId id = TypeId::texts;
};
template <class T>
struct TypeOf<std::optional<T>> : TypeOf<T> {};

/// What PostgreSQL takes as text: UTF-8 without NUL. What is none of it can be nobody's id or name.
bool is_storable_text(std::string_view);

/// What is not storable, with something harmless in the place of each byte that is not: it is found nowhere.
std::string storable_text(std::string_view);

/// Owns its bytes: statements are sent later than they are asked.
class Parameters {
 public:
  Parameters() = default;
  template <class... Args>
  explicit Parameters(Args const&... args) : types_(types_of<Args...>), count_(sizeof...(Args)) {
    (put(args), ...);
  }

  struct Place {
    std::uint32_t begin;
    std::int32_t size;  // -1: null
  };
  unsigned const* types() const { return types_; }
  int count() const { return static_cast<int>(count_); }
  std::span<Place const> places() const { return {places_.data(), places_.size()}; }
  char const* bytes() const { return bytes_.data(); }
  /// A text among them was no UTF-8, and was replaced: nothing like it can be stored.
  bool had_unstorable_text() const { return had_unstorable_text_; }

 private:
  template <class... Args>
  static constexpr unsigned types_of[sizeof...(Args) + 1] = {static_cast<unsigned>(TypeOf<Args>::id)..., 0};

  void put(std::int64_t number) {
    begin();
    append(static_cast<std::uint64_t>(number), 8);
    end();
  }
  void put(int number) { put(static_cast<std::int64_t>(number)); }
  void put(bool flag) {
    begin();
    bytes_ += flag ? '\1' : '\0';
    end();
  }
  void put(std::string_view text) {
    begin();
    append(text);
    end();
  }
  void put(std::string const& text) { put(std::string_view(text)); }
  void put(char const* text) { put(std::string_view(text)); }
  void put(Bytes bytes) {
    begin();
    bytes_ += bytes.view;
    end();
  }
  void put(Instant at) { put(at.milliseconds); }
  void put(AccountId account) { put(account.value); }
  void put(TenDigits const& number) { put(number.view()); }
  void put(E164 const& number) { put(number.view()); }
  template <class Kind>
  void put(Id<Kind> const& id) {
    put(std::string_view(id.value));
  }
  template <class E>
    requires std::is_enum_v<E>
  void put(E value) {
    put(to_string(value));
  }
  template <class T>
  void put(std::optional<T> const& value) {
    if (value)
      put(*value);
    else
      places_.push_back({static_cast<std::uint32_t>(bytes_.size()), -1});
  }
  void put(std::vector<std::int64_t> const& numbers) {
    begin_array(TypeId::bigint, numbers.size());
    for (auto const number : numbers) {
      append(8, 4);
      append(static_cast<std::uint64_t>(number), 8);
    }
    end();
  }
  void put(std::vector<std::string_view> const& texts) {
    begin_array(TypeId::text, texts.size());
    for (auto const text : texts) {
      auto const size_at = bytes_.size();
      append(0, 4);
      append(text);
      auto const size = bytes_.size() - size_at - 4;
      for (unsigned i = 0; i < 4; ++i) bytes_[size_at + i] = static_cast<char>(size >> (24 - 8 * i));
    }
    end();
  }

  void begin() { places_.push_back({static_cast<std::uint32_t>(bytes_.size()), 0}); }
  void end() { places_.back().size = static_cast<std::int32_t>(bytes_.size() - places_.back().begin); }
  void append(std::uint64_t number, unsigned size) {
    for (unsigned i = size; i-- > 0;) bytes_ += static_cast<char>(number >> (8 * i));
  }
  void append(std::string_view text) {
    if (is_storable_text(text)) {
      bytes_ += text;
      return;
    }
    had_unstorable_text_ = true;
    bytes_ += storable_text(text);
  }
  /// One dimension, counted from one, without nulls.
  void begin_array(TypeId element, std::size_t size) {
    begin();
    append(size == 0 ? 0 : 1, 4);
    append(0, 4);
    append(static_cast<std::uint64_t>(element), 4);
    if (size == 0) return;
    append(size, 4);
    append(1, 4);
  }

  static constexpr unsigned no_types[1] = {0};
  unsigned const* types_ = no_types;
  std::size_t count_ = 0;
  boost::container::small_vector<Place, 12> places_;
  std::string bytes_;
  bool had_unstorable_text_ = false;
};

}  // namespace linebook::postgres

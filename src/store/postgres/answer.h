// What a statement answered: rows whose columns are read as the domain's types, as parameters.h wrote them.
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "store/encoding/spelled_columns.h"

namespace linebook::postgres {

class Row;

template <class T>
struct Column;

/// One row of an answer that outlives it.
class Row {
 public:
  Row(PGresult const* result, int row) : result_(result), row_(row) {}

  bool is_null(int column) const { return PQgetisnull(result_, row_, column) != 0; }
  /// Texts and bytes as they are; they stand as long as the answer.
  std::string_view bytes(int column) const {
    return {PQgetvalue(result_, row_, column), static_cast<std::size_t>(PQgetlength(result_, row_, column))};
  }
  template <class T>
  T get(int column) const {
    return Column<T>::read(*this, column);
  }

 private:
  PGresult const* result_;
  int row_;
};

class Rows {
 public:
  Rows() = default;
  explicit Rows(PGresult* result) : result_(result) {}

  int size() const { return result_ ? PQntuples(result_.get()) : 0; }
  bool empty() const { return size() == 0; }
  Row operator[](int row) const { return {result_.get(), row}; }

  template <class Make>
  auto one(Make make) const -> std::optional<std::invoke_result_t<Make&, Row const&>> {
    if (empty()) return std::nullopt;
    return make((*this)[0]);
  }
  template <class Make>
  auto all(Make make) const {
    std::vector<std::invoke_result_t<Make&, Row const&>> made;
    made.reserve(static_cast<std::size_t>(size()));
    for (int i = 0; i < size(); ++i) made.push_back(make((*this)[i]));
    return made;
  }
  PGresult const* result() const { return result_.get(); }
  /// How many rows the statement changed.
  std::int64_t changed() const;
  /// The first column of the only row, 0 where there is none.
  std::int64_t number() const;

 private:
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  std::unique_ptr<PGresult, Clear> result_;
};

template <>
struct Column<std::string_view> {
  static std::string_view read(Row const& row, int i) { return row.bytes(i); }
};
template <>
struct Column<std::string> {
  static std::string read(Row const& row, int i) { return std::string(row.bytes(i)); }
};
template <>
struct Column<std::int64_t> {
  static std::int64_t read(Row const& row, int i) {
    std::uint64_t number = 0;
    for (char const byte : row.bytes(i)) number = number << 8 | static_cast<unsigned char>(byte);
    return static_cast<std::int64_t>(number);
  }
};
template <>
struct Column<int> {
  static int read(Row const& row, int i) { return static_cast<int>(Column<std::int64_t>::read(row, i)); }
};
template <>
struct Column<bool> {
  static bool read(Row const& row, int i) { return row.bytes(i) != std::string_view("\0", 1); }
};
template <>
struct Column<Instant> {
  static Instant read(Row const& row, int i) { return {Column<std::int64_t>::read(row, i)}; }
};
template <>
struct Column<AccountId> {
  static AccountId read(Row const& row, int i) { return {Column<std::int64_t>::read(row, i)}; }
};
template <class Kind>
struct Column<Id<Kind>> {
  static Id<Kind> read(Row const& row, int i) { return {Column<std::string>::read(row, i)}; }
};
template <>
struct Column<TenDigits> {
  static TenDigits read(Row const& row, int i) {
    auto const number = TenDigits::parse(row.bytes(i));
    if (!number) unreadable("contact number");
    return *number;
  }
};
template <>
struct Column<E164> {
  static E164 read(Row const& row, int i) {
    auto const number = E164::parse(row.bytes(i));
    if (!number) unreadable("E.164 number");
    return *number;
  }
};
template <class E>
  requires std::is_enum_v<E>
struct Column<E> {
  static E read(Row const& row, int i) { return SpelledColumn<E>::read(row.bytes(i)); }
};
template <class T>
struct Column<std::optional<T>> {
  static std::optional<T> read(Row const& row, int i) {
    if (row.is_null(i)) return std::nullopt;
    return Column<T>::read(row, i);
  }
};

inline std::int64_t Rows::changed() const {
  return result_ ? std::strtoll(PQcmdTuples(result_.get()), nullptr, 10) : 0;
}
inline std::int64_t Rows::number() const { return empty() ? 0 : (*this)[0].get<std::int64_t>(0); }

}  // namespace linebook::postgres

// How the domain's types lie in columns: ids, numbers and enums as text (enums as the API spells them), times
// as milliseconds, flags as 0 and 1, secrets and hashes as bytes.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/id.h"
#include "base/instant.h"
#include "domain/numbers/e164.h"
#include "domain/numbers/ten_digits.h"
#include "store/encoding/spelled_columns.h"
#include "store/encoding/table_values.h"

namespace linebook::sqlite {

inline int bind_value(sqlite3_stmt* s, int i, std::nullopt_t) { return sqlite3_bind_null(s, i); }
inline int bind_value(sqlite3_stmt* s, int i, std::int64_t v) { return sqlite3_bind_int64(s, i, v); }
inline int bind_value(sqlite3_stmt* s, int i, int v) { return sqlite3_bind_int(s, i, v); }
inline int bind_value(sqlite3_stmt* s, int i, bool v) { return sqlite3_bind_int(s, i, v ? 1 : 0); }
inline int bind_value(sqlite3_stmt* s, int i, std::string_view v) {
  // An empty view may hold a null pointer, which SQLite would take for NULL.
  return sqlite3_bind_text64(s, i, v.data() == nullptr ? "" : v.data(), v.size(), SQLITE_STATIC, SQLITE_UTF8);
}
inline int bind_value(sqlite3_stmt* s, int i, std::string const& v) {
  return bind_value(s, i, std::string_view(v));
}
inline int bind_value(sqlite3_stmt* s, int i, char const* v) { return bind_value(s, i, std::string_view(v)); }
inline int bind_value(sqlite3_stmt* s, int i, Bytes v) {
  return sqlite3_bind_blob64(s, i, v.view.data() == nullptr ? "" : v.view.data(), v.view.size(),
                             SQLITE_STATIC);
}
inline int bind_value(sqlite3_stmt* s, int i, Instant v) { return bind_value(s, i, v.milliseconds); }
inline int bind_value(sqlite3_stmt* s, int i, AccountId v) { return bind_value(s, i, v.value); }
inline int bind_value(sqlite3_stmt* s, int i, TenDigits const& v) { return bind_value(s, i, v.view()); }
inline int bind_value(sqlite3_stmt* s, int i, E164 const& v) { return bind_value(s, i, v.view()); }
template <class Kind>
int bind_value(sqlite3_stmt* s, int i, Id<Kind> const& v) {
  return bind_value(s, i, std::string_view(v.value));
}
template <class E>
  requires std::is_enum_v<E>
int bind_value(sqlite3_stmt* s, int i, E v) {
  return bind_value(s, i, to_string(v));
}
template <class T>
int bind_value(sqlite3_stmt* s, int i, std::optional<T> const& v) {
  return v ? bind_value(s, i, *v) : sqlite3_bind_null(s, i);
}

template <class T>
struct Column;

template <>
struct Column<std::int64_t> {
  static std::int64_t read(sqlite3_stmt* s, int i) { return sqlite3_column_int64(s, i); }
};
template <>
struct Column<int> {
  static int read(sqlite3_stmt* s, int i) { return sqlite3_column_int(s, i); }
};
template <>
struct Column<bool> {
  static bool read(sqlite3_stmt* s, int i) { return sqlite3_column_int(s, i) != 0; }
};
template <>
struct Column<std::string_view> {
  static std::string_view read(sqlite3_stmt* s, int i) {
    // Blob access gives the bytes of a text as they are, without a conversion.
    auto const* data = static_cast<char const*>(sqlite3_column_blob(s, i));
    return data == nullptr ? std::string_view()
                           : std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(s, i)));
  }
};
template <>
struct Column<std::string> {
  static std::string read(sqlite3_stmt* s, int i) {
    return std::string(Column<std::string_view>::read(s, i));
  }
};
template <>
struct Column<Instant> {
  static Instant read(sqlite3_stmt* s, int i) { return Instant{sqlite3_column_int64(s, i)}; }
};
template <>
struct Column<AccountId> {
  static AccountId read(sqlite3_stmt* s, int i) { return AccountId{sqlite3_column_int64(s, i)}; }
};
template <class Kind>
struct Column<Id<Kind>> {
  static Id<Kind> read(sqlite3_stmt* s, int i) { return {Column<std::string>::read(s, i)}; }
};
template <>
struct Column<TenDigits> {
  static TenDigits read(sqlite3_stmt* s, int i) {
    auto const number = TenDigits::parse(Column<std::string_view>::read(s, i));
    if (!number) unreadable("contact number");
    return *number;
  }
};
template <>
struct Column<E164> {
  static E164 read(sqlite3_stmt* s, int i) {
    auto const number = E164::parse(Column<std::string_view>::read(s, i));
    if (!number) unreadable("E.164 number");
    return *number;
  }
};
template <class T>
struct Column<std::optional<T>> {
  static std::optional<T> read(sqlite3_stmt* s, int i) {
    if (sqlite3_column_type(s, i) == SQLITE_NULL) return std::nullopt;
    return Column<T>::read(s, i);
  }
};

template <class E>
  requires std::is_enum_v<E>
struct Column<E> {
  static E read(sqlite3_stmt* s, int i) {
    return SpelledColumn<E>::read(Column<std::string_view>::read(s, i));
  }
};

}  // namespace linebook::sqlite

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
#include "domain/agent.h"
#include "domain/call_record.h"
#include "domain/carrier_task.h"
#include "domain/contact_number.h"
#include "domain/e164.h"
#include "domain/ledger_entry.h"
#include "domain/line.h"
#include "domain/person.h"
#include "domain/pool_number.h"
#include "domain/ten_digits.h"

namespace linebook::sqlite {

/// Bytes rather than text.
struct Bytes {
  std::string_view view;
};

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

/// The file holds what no version of Linebook writes.
[[noreturn]] inline void unreadable(char const* what) {
  throw std::runtime_error(std::string("the database holds an unreadable ") + what);
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

/// An enum by the function that reads its spelling.
template <class E, std::optional<E> (*parse)(std::string_view)>
struct EnumColumn {
  static E read(sqlite3_stmt* s, int i) {
    auto const value = parse(Column<std::string_view>::read(s, i));
    if (!value) unreadable("enumeration");
    return *value;
  }
};
template <>
struct Column<PhoneType> : EnumColumn<PhoneType, parse_phone_type> {};
template <>
struct Column<PersonType> : EnumColumn<PersonType, parse_person_type> {};
template <>
struct Column<Gender> : EnumColumn<Gender, parse_gender> {};
template <>
struct Column<AnswerType> : EnumColumn<AnswerType, parse_answer_type> {};
template <>
struct Column<Provider> : EnumColumn<Provider, parse_provider> {};
template <>
struct Column<LineStatus> : EnumColumn<LineStatus, parse_line_status> {};
template <>
struct Column<PoolState> : EnumColumn<PoolState, parse_pool_state> {};
template <>
struct Column<Entity> : EnumColumn<Entity, parse_entity> {};
template <>
struct Column<CarrierGoal> : EnumColumn<CarrierGoal, parse_carrier_goal> {};
template <>
struct Column<NumberSource> : EnumColumn<NumberSource, parse_number_source> {};
template <>
struct Column<Purchase> : EnumColumn<Purchase, parse_purchase> {};
template <>
struct Column<FailureKind> : EnumColumn<FailureKind, parse_failure_kind> {};
template <>
struct Column<CallStatus> : EnumColumn<CallStatus, parse_call_status> {};
template <>
struct Column<CallAction> : EnumColumn<CallAction, parse_call_action> {};
template <>
struct Column<Action> : EnumColumn<Action, parse_action> {};

}  // namespace linebook::sqlite

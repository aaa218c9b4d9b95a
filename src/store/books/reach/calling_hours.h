// The states' hours that were loaded. Installation-wide.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/ports/calling_hours.h"
#include "store/books/session/session.h"

namespace linebook::books {

template <class Row>
CallingHoursFile calling_hours_of(Row const& row) {
  return {.version = row.template get<std::int64_t>(0),
          .source = row.template get<std::string>(1),
          .as_of = row.template get<std::string>(2),
          .csv = row.template get<std::string>(3),
          .loaded_at = row.template get<Instant>(4)};
}

inline constexpr Statement calling_hours_version{"calling_hours_version",
                                                 SQL("SELECT max(version) FROM calling_hours")};
inline constexpr Statement calling_hours_newest{
    "calling_hours_newest", SQL("SELECT version, source, as_of, document, loaded_at FROM calling_hours"
                                " ORDER BY version DESC LIMIT 1")};
inline constexpr Statement insert_calling_hours{
    "insert_calling_hours", SQL("INSERT INTO calling_hours (version, source, as_of, document, loaded_at)"
                                " VALUES (?1..?5)")};

template <class Row>
std::int64_t version_or_zero(Row const& row) {
  return row.template get<std::optional<std::int64_t>>(0).value_or(0);
}

template <class Session>
class CallingHoursBook final : public LoadedCallingHours {
 public:
  explicit CallingHoursBook(Session& session) : session_(session) {}

  std::int64_t version() const override {
    return session_.query(calling_hours_version).one(version_or_zero<Row>).value_or(0);
  }

  std::optional<CallingHoursFile> newest() const override {
    return session_.query(calling_hours_newest).one(calling_hours_of<Row>);
  }

  void insert(CallingHoursFile const& f) override {
    session_.change(insert_calling_hours, f.version, f.source, f.as_of, f.csv, f.loaded_at);
  }

 private:
  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books

// What was told of calls and texts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/status_notices.h"
#include "store/books/session/session.h"

namespace linebook::books {

inline constexpr std::string_view notice_columns = "id, subject, status, told_by, error_code, sequence, at";

template <class Row>
StatusNotice status_notice_of(Row const& row) {
  return {.id = row.template get<std::string>(0),
          .subject = row.template get<std::string>(1),
          .status = row.template get<std::string>(2),
          .told_by = row.template get<std::string>(3),
          .error_code = row.template get<std::optional<int>>(4),
          .sequence = row.template get<std::optional<std::int64_t>>(5),
          .at = row.template get<Instant>(6)};
}

inline constexpr Statement notices_of_subject{
    "notices_of_subject", SQL("SELECT ", notice_columns,
                              " FROM status_notices WHERE account_id = ?1 AND subject = ?2"
                              " ORDER BY id LIMIT ?3")};
inline constexpr Statement insert_notice{
    "insert_notice", SQL("INSERT INTO status_notices (account_id, ", notice_columns, ") VALUES (?1..?8)")};

template <class Session>
class StatusNoticesBook final : public StatusNotices {
 public:
  explicit StatusNoticesBook(Session& session) : session_(session) {}

  void append(AccountId account, StatusNotice const& n) override {
    session_.change(insert_notice, account, n.id, n.subject, n.status, n.told_by, n.error_code, n.sequence,
                    n.at);
  }

  std::vector<StatusNotice> of(AccountId account, std::string_view subject,
                               std::int64_t limit) const override {
    return session_.query(notices_of_subject, account, subject, limit).all(status_notice_of<Row>);
  }

 private:
  using Row = typename Session::Row;
  Session& session_;
};

}  // namespace linebook::books

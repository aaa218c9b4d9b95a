#include "domain/access/session.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

constexpr auto at(std::int64_t seconds) { return Instant::from_seconds(seconds); }

TEST(Session, EndsWithItselfItsKeyOrItsAccount) {
  struct Row {
    char const* name;
    std::optional<std::int64_t> key_expires;
    std::optional<std::int64_t> revoked;
    AccountStatus account;
    std::optional<std::int64_t> session_expires;
    bool usable;
    std::optional<std::int64_t> expiry;
  };
  Row const rows[] = {
      {"a key without an end", {}, {}, AccountStatus::active, {}, true, {}},
      {"a session of such a key", {}, {}, AccountStatus::active, 101, true, 101},
      {"a session that is over", {}, {}, AccountStatus::active, 100, false, 100},
      {"a key that ends before its session", 101, {}, AccountStatus::active, 200, true, 101},
      {"a key that has ended before its session", 100, {}, AccountStatus::active, 200, false, 100},
      {"a session of a revoked key", {}, 50, AccountStatus::active, 200, false, 200},
      {"a session of a suspended account", {}, {}, AccountStatus::suspended, 200, false, 200},
  };
  auto const instant = [](std::optional<std::int64_t> seconds) {
    return seconds ? std::optional(at(*seconds)) : std::nullopt;
  };
  for (auto const& row : rows) {
    Bearer bearer;
    bearer.key.expires_at = instant(row.key_expires);
    bearer.key.revoked_at = instant(row.revoked);
    bearer.account_status = row.account;
    if (row.session_expires) bearer.session = {{"ses_1"}, at(*row.session_expires)};
    EXPECT_EQ(is_usable(bearer, at(100)), row.usable) << row.name;
    EXPECT_EQ(expiry_of(bearer), instant(row.expiry)) << row.name;
  }
}

}  // namespace
}  // namespace linebook

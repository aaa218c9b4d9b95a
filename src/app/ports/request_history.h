// Who called the API, and how it went: kept 30 days, best effort by design. It is never in a request's way:
// recording drops (and counts) what it cannot take at once, and the history is bounded in bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "base/result.h"

namespace linebook {

inline constexpr std::chrono::days request_history_kept{30};

struct RequestRecord {
  AccountId account;
  Instant at;
  std::string method;
  std::string route;  // the pattern, "/phone_numbers/{id}": no id or number in it
  int status = 0;
  std::int64_t duration_microseconds = 0;
  std::string key_id;
  std::string user_agent;  // cut to 256 bytes
  std::string request_id;
};

struct RequestFilter {
  std::optional<std::string> route;
  std::optional<std::string> method;
  std::optional<int> status;
  std::optional<std::string> key_id;
  std::optional<Instant> since;  // at or after
  std::optional<Instant> until;  // before
};

struct RequestPage {
  std::vector<RequestRecord> records;       // newest first
  std::optional<std::int64_t> next_before;  // where the walk goes on; nothing: it is done
};

class RequestHistory {
 public:
  virtual ~RequestHistory() = default;

  /// Any thread; never waits, never throws. Readable within two seconds.
  virtual void record(RequestRecord&&) noexcept = 0;

  /// `done` is called once, on one of the history's threads. Like the ledger's pages, one looks at a bounded
  /// number of records and may hold fewer than `limit` although more follow.
  virtual void newest(AccountId, RequestFilter, std::optional<std::int64_t> before, std::int64_t limit,
                      std::move_only_function<void(Result<RequestPage>)> done) = 0;

  virtual std::uint64_t dropped() const = 0;  // since start
};

}  // namespace linebook

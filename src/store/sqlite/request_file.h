// The file of the request history. Records lie in blocks: those of one account that were written out
// together, since a row for each record would cost more than the request it tells of. One thread uses it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "app/ports/request_history.h"
#include "store/jobs/failure_log.h"
#include "store/sqlite/connection.h"

namespace linebook::sqlite {

class RequestFile {
 public:
  static constexpr std::size_t max_block_records = 1000;
  static constexpr std::int64_t blocks_dropped_at_once = 200;  // of those past their time
  /// Records lie in the order of their times, but for those that were made after the clock was set back. By
  /// more than this it is not; if it is, a search by time may pass over records of the time that came twice.
  static constexpr std::chrono::hours clock_set_back{1};
  static constexpr std::int64_t spare_part = 32;  // where the bound is passed, this part of it is made free

  RequestFile(std::string path, std::uint64_t max_bytes, FailureLog const&);

  /// Writes records as append_request made them, oldest first as to their times. Tells how many could not be
  /// kept.
  std::uint64_t write(std::string_view encoded, std::uint64_t records);
  /// Drops what is older than `kept_since`, and the oldest beyond the bound in bytes; a bounded number at a
  /// time.
  void drop_oldest(Instant kept_since);
  /// A block that is passed over for its time counts as one record examined.
  Result<RequestPage> newest(AccountId, RequestFilter const&, std::optional<std::int64_t> before,
                             std::int64_t limit, std::int64_t max_examined);

 private:
  void open();
  void start_anew(std::string const& why);
  void write_blocks(std::string_view encoded);
  /// Where a walk back may start so that it meets every block that begins before `until`, and few others.
  std::int64_t blocks_before(AccountId, Instant until, std::int64_t end);
  RequestPage page(AccountId, RequestFilter const&, std::int64_t end, std::int64_t limit,
                   std::int64_t max_examined);
  std::int64_t used_bytes();
  void drop_bytes(std::int64_t wanted);

  std::string const path_;
  std::uint64_t const max_bytes_;
  FailureLog const& log_;
  std::unique_ptr<Connection> db_;  // none while the file cannot be opened
  std::int64_t next_sequence_ = 1;
  bool failing_ = false;  // told the operator already
};

}  // namespace linebook::sqlite

#include "store/sqlite/request_file.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <utility>

#include "store/sqlite/request_encoding.h"

namespace linebook::sqlite {
namespace {

constexpr char const* schema = R"sql(
CREATE TABLE IF NOT EXISTS request_blocks (
  first_sequence INTEGER PRIMARY KEY,   -- of the block's oldest record; the others follow
  account_id     INTEGER NOT NULL,
  records        INTEGER NOT NULL,
  oldest_at      INTEGER NOT NULL,
  newest_at      INTEGER NOT NULL,
  bytes          BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS request_blocks_by_account ON request_blocks (account_id);
)sql";

constexpr Statement begin{"begin_requests", "BEGIN IMMEDIATE"};
constexpr Statement commit{"commit_requests", "COMMIT"};
constexpr Statement insert_block{
    "insert_request_block",
    "INSERT INTO request_blocks (first_sequence, account_id, records, oldest_at, newest_at, bytes)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
// The bytes come last: those of a block that is passed over are never read.
constexpr Statement blocks_newest{
    "request_blocks_newest",
    "SELECT first_sequence, oldest_at, newest_at,"
    " CASE WHEN newest_at >= ?3 AND oldest_at < ?4 THEN bytes END"
    " FROM request_blocks INDEXED BY request_blocks_by_account"
    " WHERE account_id = ?1 AND first_sequence < ?2 ORDER BY first_sequence DESC"};
constexpr Statement block_from{
    "request_block_from",
    "SELECT first_sequence, oldest_at FROM request_blocks INDEXED BY request_blocks_by_account"
    " WHERE account_id = ?1 AND first_sequence >= ?2 ORDER BY first_sequence LIMIT 1"};
constexpr Statement drop_old_blocks{
    "drop_old_request_blocks",
    "DELETE FROM request_blocks WHERE first_sequence IN"
    " (SELECT first_sequence FROM request_blocks ORDER BY first_sequence LIMIT ?2) AND newest_at < ?1"};
constexpr Statement first_blocks{
    "first_request_blocks",
    "SELECT first_sequence, length(bytes) FROM request_blocks ORDER BY first_sequence"};
constexpr Statement drop_blocks_up_to{"drop_request_blocks_up_to",
                                      "DELETE FROM request_blocks WHERE first_sequence <= ?1"};

bool fits(RequestRecord const& r, RequestFilter const& f) {
  return (!f.route || r.route == *f.route) && (!f.method || r.method == *f.method) &&
         (!f.status || r.status == *f.status) && (!f.key_id || r.key_id == *f.key_id) &&
         (!f.since || r.at >= *f.since) && (!f.until || r.at < *f.until);
}

/// One page as it fills up.
struct Page {
  RequestPage page;
  std::int64_t limit;
  std::int64_t may_examine;

  enum class Next { go_on, full };

  Next take(RequestRecord record, std::int64_t sequence, RequestFilter const& filter) {
    bool const fit = fits(record, filter);
    if (fit && static_cast<std::int64_t>(page.records.size()) == limit) {
      page.next_before = sequence + 1;
      return Next::full;
    }
    if (fit) page.records.push_back(std::move(record));
    return examined(sequence);
  }

  /// Of a record, or of a whole block that was passed over: `sequence` is the last to be done with.
  Next examined(std::int64_t sequence) {
    if (--may_examine > 0) return Next::go_on;
    page.next_before = sequence;
    return Next::full;
  }
};

}  // namespace

RequestFile::RequestFile(std::string path, std::uint64_t max_bytes, FailureLog const& log)
    : path_(std::move(path)), max_bytes_(max_bytes), log_(log) {}

void RequestFile::open() {
  auto db = std::make_unique<Connection>(path_, Access::read_write);
  db->execute("PRAGMA journal_mode = WAL");
  // No sync ever waits for the disk, nor makes the books' own syncs wait.
  db->execute("PRAGMA synchronous = OFF");
  db->execute("PRAGMA wal_autocheckpoint = 1000");
  db->execute("PRAGMA secure_delete = OFF");
  db->execute(schema);
  next_sequence_ = std::max(
      next_sequence_, db->integer("SELECT coalesce(max(first_sequence + records), 1) FROM (SELECT * FROM "
                                  "request_blocks ORDER BY first_sequence DESC LIMIT 1)"));
  db_ = std::move(db);
}

void RequestFile::start_anew(std::string const& why) {
  log_.tell("the request history starts anew: " + why);
  db_.reset();
  std::error_code ignored;
  for (auto const* suffix : {"", "-wal", "-shm", "-journal"})
    std::filesystem::remove(path_ + suffix, ignored);
  open();
}

std::uint64_t RequestFile::write(std::string_view encoded, std::uint64_t records) {
  for (bool second_try : {false, true}) {
    std::string why;
    try {
      if (!db_) open();
      if (db_->was_taken_away()) start_anew("its file was taken away");
      write_blocks(encoded);
      failing_ = false;
      return 0;
    } catch (FileDamaged const& e) {
      why = e.what();
    } catch (StoreUnavailable const& e) {
      // A full disk, most of all: the file is good, and there may be room the next time.
      if (!std::exchange(failing_, true))
        log_.tell(std::string("the request history cannot be written: ") + e.what());
      if (db_ && db_->in_transaction()) db_.reset();
      return records;
    } catch (std::exception const& e) {
      why = e.what();
    }
    std::string detail;
    if (second_try || guarded([&] { start_anew(why); }, detail)) break;
  }
  return records;
}

void RequestFile::write_blocks(std::string_view encoded) {
  auto records = split_requests(encoded);
  std::ranges::sort(records, [](EncodedRequest const& a, EncodedRequest const& b) {
    if (a.account != b.account) return a.account < b.account;
    return a.at != b.at ? a.at < b.at : std::less<>()(a.bytes.data(), b.bytes.data());  // as recorded
  });
  Query(*db_, begin).run();
  std::string bytes;
  auto sequence = next_sequence_;
  for (std::size_t first = 0, end = 0; first < records.size(); first = end) {
    bytes.clear();
    for (end = first; end < records.size() && end - first < max_block_records &&
                      records[end].account == records[first].account;
         ++end)
      bytes += records[end].bytes;
    auto const count = static_cast<std::int64_t>(end - first);
    Query(*db_, insert_block, sequence, records[first].account, count, records[first].at, records[end - 1].at,
          Bytes{bytes})
        .run();
    sequence += count;
  }
  Query(*db_, commit).run();
  next_sequence_ = sequence;
}

std::int64_t RequestFile::used_bytes() {
  return (db_->integer("PRAGMA page_count") - db_->integer("PRAGMA freelist_count")) *
         db_->integer("PRAGMA page_size");
}

void RequestFile::drop_bytes(std::int64_t wanted) {
  std::int64_t last = 0;
  {
    Query blocks(*db_, first_blocks);
    while (wanted > 0 && blocks.next()) {
      last = blocks.get<std::int64_t>(0);
      wanted -= blocks.get<std::int64_t>(1);
    }
  }
  Query(*db_, drop_blocks_up_to, last).run();
}

void RequestFile::drop_oldest(Instant kept_since) {
  std::string detail;
  auto const error = guarded(
      [&] {
        if (!db_) return;
        Query(*db_, drop_old_blocks, kept_since, blocks_dropped_at_once).run();
        auto const bound = static_cast<std::int64_t>(max_bytes_);
        // A little more than must go, so that not every time something must.
        if (auto const used = used_bytes(); used > bound) drop_bytes(used - bound + bound / spare_part);
      },
      detail);
  if (error && !std::exchange(failing_, true)) log_.tell("old requests cannot be dropped: " + detail);
}

std::int64_t RequestFile::blocks_before(AccountId account, Instant until, std::int64_t end) {
  std::int64_t low = 1;
  std::int64_t high = std::min(end, next_sequence_);
  while (low < high) {
    auto const middle = low + (high - low) / 2;
    Query query(*db_, block_from, account, middle);
    bool const within = query.next() && query.get<std::int64_t>(0) < high;
    // However the clock was set back, what comes after such a block is not before `until` any more.
    if (within && query.get<Instant>(1) < until + clock_set_back)
      low = query.get<std::int64_t>(0) + 1;
    else
      high = middle;
  }
  return high;
}

RequestPage RequestFile::page(AccountId account, RequestFilter const& filter, std::int64_t end,
                              std::int64_t limit, std::int64_t max_examined) {
  Page result{{}, limit, max_examined};
  auto const since = filter.since.value_or(Instant{INT64_MIN});
  auto const until = filter.until.value_or(Instant{INT64_MAX});
  auto const from = filter.until ? blocks_before(account, until, end) : end;
  Query blocks(*db_, blocks_newest, account, from, since, until);
  while (blocks.next()) {
    auto const first = blocks.get<std::int64_t>(0);
    auto const oldest_at = blocks.get<Instant>(1);
    auto const newest_at = blocks.get<Instant>(2);
    if (filter.since && newest_at < since - clock_set_back) break;  // as is all that follows
    if (newest_at < since || oldest_at >= until) {
      if (result.examined(first) == Page::Next::full) break;
      continue;
    }
    auto const records = split_requests(blocks.get<std::string_view>(3));
    for (auto i = static_cast<std::int64_t>(records.size()); i-- > 0;) {
      if (first + i >= end) continue;
      auto record = decode_request(records[static_cast<std::size_t>(i)]);
      if (result.take(std::move(record), first + i, filter) == Page::Next::full)
        return std::move(result.page);
    }
  }
  return std::move(result.page);
}

Result<RequestPage> RequestFile::newest(AccountId account, RequestFilter const& filter,
                                        std::optional<std::int64_t> before, std::int64_t limit,
                                        std::int64_t max_examined) {
  std::string why;
  try {
    if (!db_) open();
    return page(account, filter, before.value_or(INT64_MAX), limit, max_examined);
  } catch (FileDamaged const& e) {
    why = e.what();
  } catch (StoreUnavailable const& e) {
    log_.tell(std::string("the request history cannot be read: ") + e.what());
    return fail(store_unavailable());
  } catch (std::exception const& e) {
    why = e.what();
  }
  std::string detail;
  if (guarded([&] { start_anew(why); }, detail)) return fail(store_unavailable());
  return RequestPage{};
}

}  // namespace linebook::sqlite

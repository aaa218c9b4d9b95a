#include "store/sqlite/replica/replica_feed.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <utility>

namespace linebook::sqlite {
namespace {

// https://www.sqlite.org/fileformat2.html#the_write_ahead_log
constexpr int log_head_bytes = 32;
constexpr int log_salts_at = 16;
constexpr int frame_head_bytes = 24;
constexpr int frame_salts_at = 8;
constexpr int frames_read_at_once = 1024;

constexpr Statement replica_row{"replica_row", "SELECT value FROM installation WHERE name = ?1"};
constexpr Statement keep_replica_row{"keep_replica_row",
                                     "INSERT INTO installation (name, value) VALUES (?1, ?2)"
                                     " ON CONFLICT (name) DO UPDATE SET value = excluded.value"};
constexpr std::string_view position_name = "replica_position";
constexpr std::string_view timelines_name = "replica_timelines";

std::uint32_t big_endian(char const* bytes) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}
std::uint64_t salts_in(char const* bytes) {
  return std::uint64_t{big_endian(bytes)} << 32 | big_endian(bytes + 4);
}

std::optional<std::string> row_of(Connection& db, std::string_view name) {
  Query query(db, replica_row, name);
  return query.next() ? std::optional(query.get<std::string>(0)) : std::nullopt;
}

sqlite3_file* log_of(Connection& db) {
  sqlite3_file* log = nullptr;
  sqlite3_file_control(db.handle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (log == nullptr || log->pMethods == nullptr) throw StoreUnavailable("the write-ahead log is not open");
  return log;
}

void read_log(Connection& db, char* into, int bytes, sqlite3_int64 at) {
  auto* const log = log_of(db);
  int const code = log->pMethods->xRead(log, into, bytes, at);
  if (code != SQLITE_OK) db.fail_with(code, "reading the log");
}

}  // namespace

ReplicaFeed::ReplicaFeed(Connection& db, Replica* replica) : db_(db), replica_(replica) {
  auto const position = row_of(db, position_name);
  if (replica_ == nullptr && !position) return;
  position_ = position ? std::stoull(*position) : 0;
  page_size_ = static_cast<std::uint32_t>(db.integer("PRAGMA page_size"));
  begin_timeline();
}

/// Also without a replica: what is written now is not in it, and its end must not be taken for ours.
void ReplicaFeed::begin_timeline() {
  past_ = Timelines::parse(row_of(db_, timelines_name).value_or(""));
  sqlite3_randomness(sizeof timeline_, &timeline_);
  past_.begin(timeline_, position_);
  ++position_;
  db_.execute("BEGIN IMMEDIATE");
  try {
    Query(db_, keep_replica_row, timelines_name, past_.text()).run();
    Query(db_, keep_replica_row, position_name, std::to_string(position_)).run();
    db_.execute("COMMIT");
  } catch (...) {
    if (db_.in_transaction()) db_.execute("ROLLBACK");
    throw;
  }
}

void ReplicaFeed::start(int log_pages, std::function<void()> nudge) {
  if (replica_ == nullptr) return;
  salts_ = log_salts();
  frames_ = log_pages;
  replica_->start(past_, position_, page_size_, std::move(nudge));
}

void ReplicaFeed::begun() {
  if (replica_ != nullptr) changes_at_begin_ = sqlite3_total_changes64(db_.handle());
}

void ReplicaFeed::before_commit() {
  is_stamped_ = replica_ != nullptr && sqlite3_total_changes64(db_.handle()) != changes_at_begin_;
  if (is_stamped_) Query(db_, keep_replica_row, position_name, std::to_string(position_ + 1)).run();
}

std::optional<std::string> ReplicaFeed::after_commit(int log_pages) {
  if (!std::exchange(is_stamped_, false)) return std::nullopt;
  ++position_;
  replica_->committed(position_);
  auto const frames_before = std::exchange(frames_, log_pages);
  std::uint64_t salts = 0;
  try {
    salts = log_salts();
  } catch (std::exception const& e) {
    return replica_->leave(e.what());
  }
  bool const starts_log = salts != salts_;
  if (starts_log) log_starts_after_ = position_ - 1;
  auto const first = starts_log ? 1 : frames_before + 1;
  salts_ = salts;
  if (!replica_->takes_commits()) return std::nullopt;
  try {
    auto commit = read_frames(first, log_pages);
    commit.starts_log = starts_log;
    return replica_->take(std::move(commit));
  } catch (std::exception const& e) {
    return replica_->leave(e.what());
  }
}

void ReplicaFeed::give_log() {
  try {
    commits_read_ = 0;
    // Where the head could not be read when it changed, it is not known since when the log is this one.
    if (auto const salts = log_salts(); std::exchange(salts_, salts) != salts)
      log_starts_after_ = position_ - 1;
    auto log = read_frames(1, frames_);
    // The one that began the timeline: before it, this log had none.
    if (commits_read_ == 1) log_starts_after_ = position_ - 1;
    log.whole_log = true;
    log.log_starts_after = log_starts_after_;
    replica_->take(std::move(log));
  } catch (std::exception const& e) {
    (void)replica_->leave(e.what());
  }
}

std::uint64_t ReplicaFeed::log_salts() {
  char head[log_head_bytes];
  read_log(db_, head, log_head_bytes, 0);
  return salts_in(head + log_salts_at);
}

ReplicaCommit ReplicaFeed::read_frames(int first, int last) {
  ReplicaCommit commit;
  commit.position = position_;
  commit.timeline = timeline_;
  commit.log_salts = salts_;
  auto const frame_bytes = frame_head_bytes + static_cast<int>(page_size_);
  std::unordered_map<std::uint32_t, std::size_t> places;
  std::string frames;
  for (int at = first; at <= last;) {
    auto const count = std::min(frames_read_at_once, last - at + 1);
    frames.resize(static_cast<std::size_t>(count) * static_cast<std::size_t>(frame_bytes));
    read_log(db_, frames.data(), static_cast<int>(frames.size()),
             log_head_bytes + static_cast<sqlite3_int64>(at - 1) * frame_bytes);
    for (int i = 0; i < count; ++i) {
      auto const* const frame = frames.data() + static_cast<std::ptrdiff_t>(i) * frame_bytes;
      if (salts_in(frame + frame_salts_at) != salts_) throw StoreUnavailable("the log has frames of another");
      auto const page = big_endian(frame);
      if (auto const pages = big_endian(frame + 4); pages != 0) {
        commit.database_pages = pages;
        ++commits_read_;
      }
      auto const [place, is_new] = places.emplace(page, commit.pages.size());
      if (is_new) {
        commit.pages.push_back(page);
        commit.images.append(frame + frame_head_bytes, page_size_);
      } else {
        std::memcpy(commit.images.data() + place->second * page_size_, frame + frame_head_bytes, page_size_);
      }
    }
    at += count;
  }
  return commit;
}

}  // namespace linebook::sqlite

#include "store/sqlite/replica/replica.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "store/sqlite/connection.h"

namespace linebook::sqlite {
namespace {

constexpr std::uint64_t base_pages_a_step = 1024;
// Beyond a segment's end, for the commits that make it too large.
constexpr std::uint64_t reserved_behind_segment = 4u << 20;
constexpr std::chrono::minutes pruning_interval{10};
constexpr std::chrono::minutes base_retry_interval{10};
constexpr std::chrono::seconds start_patience{
    10};  // not sync: a disk that hangs does not keep us from serving

/// Not to be tried again before somebody has decided what is to become of it.
class ReplicaRefused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace

struct Replica::Found {
  std::uint64_t newest_generation = 0;
  std::optional<ReplicaCommit> end = {};  // of the newest commit
  std::uint64_t end_generation = 0;
  std::uint64_t end_link = 0;
  std::uint64_t installation = 0;
  std::optional<std::uint64_t> newest_base_from = {};  // in the end's generation
  Instant last_base = {};
  std::uint64_t log_bytes_since_base = 0;
};

struct Replica::BaseCopy {
  BaseCopy(std::string const& database, std::string const& vfs, ReplicaDirectory& directory,
           ReplicaFileName name, std::uint32_t page_size, std::uint64_t installation)
      : db(database, Access::read_only, vfs), name(name), writer(directory, name, page_size, installation) {
    // The file as it is, page by page, without a snapshot that would keep the log from starting over.
    sqlite3_file_control(db.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
    sqlite3_int64 bytes = 0;
    if (file == nullptr || file->pMethods->xFileSize(file, &bytes) != SQLITE_OK)
      throw std::runtime_error("the database file cannot be read");
    pages = static_cast<std::uint64_t>(bytes) / page_size;
  }

  Connection db;
  sqlite3_file* file = nullptr;
  ReplicaFileName const name;
  ReplicaBaseWriter writer;
  std::uint64_t pages = 0;
  std::uint64_t done = 0;
};

Replica::Replica(ReplicaOptions options, std::string database, std::string vfs, FailureLog const& log)
    : options_(std::move(options)),
      database_(std::move(database)),
      vfs_(std::move(vfs)),
      log_(log),
      installation_(replica_installation(options_.installation)) {}

Replica::~Replica() { stop(); }

void Replica::start(Timelines past, std::uint64_t position, std::uint32_t page_size,
                    std::function<void()> nudge) {
  past_ = std::move(past);
  committed_ = position;
  page_size_ = page_size;
  nudge_ = std::move(nudge);
  thread_ = std::thread([this] { run(); });
}

void Replica::stop() {
  if (!thread_.joinable()) return;
  {
    std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  settled_.notify_all();
  thread_.join();
  std::scoped_lock lock(files_mutex_);
  base_.reset();
  segment_.reset();
  directory_.reset();
}

Result<void> Replica::wait_until_ready() {
  std::unique_lock lock(mutex_);
  auto const is_settled = [this] {
    auto const state = state_.load();
    return stopping_ || trouble_ || state == State::follows || (!options_.is_sync && state != State::away);
  };
  if (options_.is_sync)
    settled_.wait(lock, is_settled);
  else
    settled_.wait_for(lock, start_patience, is_settled);
  if (is_refused_) return fail(ErrorCode::conflict, *trouble_);
  if (options_.is_sync && trouble_)
    return fail(ErrorCode::unavailable,
                *trouble_ +
                    ". Nothing may be written without the replica (--replica-sync): mend the directory, "
                    "or start without --replica-dir");
  return {};
}

ReplicaReport Replica::report() const {
  std::scoped_lock lock(mutex_);
  auto const committed = committed_.load();
  auto const durable = durable_.load();
  ReplicaReport report{.is_sync = options_.is_sync,
                       .lag_commits = committed > durable ? committed - durable : 0,
                       .queued_bytes = queue_bytes_,
                       .commits = commits_.load(),
                       .bytes = bytes_.load(),
                       .failures = failures_,
                       .trouble = trouble_};
  if (oldest_uncopied_)
    report.lag_milliseconds = std::max<std::int64_t>(1, (options_.now() - *oldest_uncopied_).count());
  if (!report.trouble && state_ != State::follows) report.trouble = "it is being prepared";
  return report;
}

std::optional<std::string> Replica::leave(std::string const& why) {
  detach(why);
  std::scoped_lock lock(mutex_);
  return options_.is_sync ? trouble_ : std::nullopt;
}

// -- The writer's thread ------------------------------------------------------------------------------------

std::optional<std::string> Replica::refusal() {
  if (!options_.is_sync) return std::nullopt;
  if (state_ == State::follows) {
    try {
      std::scoped_lock lock(files_mutex_);
      if (!segment_->file().is_in_place()) throw std::runtime_error("its files are gone");
      rotate_where_due(last_position_ + 1);
      return std::nullopt;
    } catch (std::exception const& e) {
      detach(e.what());
    }
  }
  std::scoped_lock lock(mutex_);
  return trouble_ ? *trouble_ : fmt::format("the replica in {} is being prepared", options_.path);
}

bool Replica::takes_commits() const {
  auto const state = state_.load();
  return state == State::follows || (!options_.is_sync && state == State::settles);
}

void Replica::committed(std::uint64_t position) {
  committed_ = position;
  if (takes_commits()) return;
  std::scoped_lock lock(mutex_);
  if (!oldest_uncopied_) oldest_uncopied_ = options_.now();
}

std::optional<std::string> Replica::take(ReplicaCommit commit) {
  {
    std::scoped_lock lock(mutex_);
    commit.time = last_time_ = std::max(options_.now(), last_time_);
    if (!oldest_uncopied_) oldest_uncopied_ = commit.time;
    if (commit.whole_log || !options_.is_sync) {
      if (commit.whole_log ? state_ != State::wants_log : !takes_commits()) return std::nullopt;
      queue_bytes_ += commit.bytes();
      if (commit.whole_log || queue_bytes_ <= options_.queue_bytes) {
        if (commit.whole_log) state_ = State::settles;
        queue_.push_back(std::move(commit));
        wake_.notify_all();
        return std::nullopt;
      }
    }
  }
  if (!options_.is_sync) {
    detach(fmt::format("it is too slow: more than {} MiB wait for it", options_.queue_bytes >> 20));
    return std::nullopt;
  }
  try {
    std::scoped_lock lock(files_mutex_);
    if (!segment_) throw std::runtime_error("it is not open");
    write(commit);
    sync();
    if (!segment_->file().is_in_place()) throw std::runtime_error("its files are gone");
  } catch (std::exception const& e) {
    detach(e.what());
    std::scoped_lock lock(mutex_);
    return trouble_;
  }
  std::scoped_lock lock(mutex_);
  oldest_uncopied_.reset();
  return std::nullopt;
}

// -- Its own thread -----------------------------------------------------------------------------------------

void Replica::run() {
  while (wait_for_work()) {
    try {
      if (state_ == State::away) {
        attach();
        continue;
      }
      take_from_queue();
      keep_up();
    } catch (ReplicaRefused const& e) {
      detach(e.what(), true);
    } catch (std::exception const& e) {
      detach(e.what());
    }
  }
}

bool Replica::wait_for_work() {
  std::unique_lock lock(mutex_);
  auto const is_called = [this] { return stopping_ || !queue_.empty(); };
  if (state_ == State::away) {
    if (!std::exchange(is_first_attempt_, false))
      wake_.wait_for(lock, options_.retry_interval, [this] { return stopping_; });
    return !stopping_;
  }
  if (!base_) wake_.wait_for(lock, options_.retry_interval, is_called);
  return !stopping_ || !queue_.empty();
}

void Replica::detach(std::string why, bool is_refused) {
  auto text = is_refused ? std::move(why)
                         : fmt::format("the replica in {} cannot be written: {}", options_.path, why);
  bool is_news = false;
  {
    std::scoped_lock lock(mutex_);
    if (state_ != State::away || !trouble_) ++failures_;
    state_ = State::away;
    is_news = trouble_ != text;
    trouble_ = text;
    is_refused_ = is_refused;
    queue_.clear();
    queue_bytes_ = 0;
    if (!oldest_uncopied_ && committed_ > durable_) oldest_uncopied_ = options_.now();
  }
  if (is_news) log_.tell(text);
  settled_.notify_all();
}

void Replica::follow() {
  std::optional<std::string> was;
  {
    std::scoped_lock lock(mutex_);
    if (state_ != State::settles) return;  // the writer was faster: it has let commits go
    state_ = State::follows;
    was = std::exchange(trouble_, std::nullopt);
    is_refused_ = false;
    if (queue_.empty()) oldest_uncopied_.reset();
  }
  if (was) log_.tell(fmt::format("the replica in {} is written again, and has everything", options_.path));
  settled_.notify_all();
}

// -- Where it goes on ---------------------------------------------------------------------------------------

void Replica::attach() {
  std::scoped_lock lock(files_mutex_);
  base_.reset();
  segment_.reset();
  directory_.reset();
  directory_ = options_.open(was_attached_ ? ReplicaUse::write : ReplicaUse::make_write);
  auto found = look_around();
  refuse_strangers(found);
  found_ = std::make_unique<Found>(std::move(found));
  {
    std::scoped_lock own(mutex_);
    if (found_->end) last_time_ = std::max(last_time_, found_->end->time);
    queue_.clear();
    queue_bytes_ = 0;
    state_ = State::wants_log;
  }
  settled_.notify_all();
  nudge_();
}

Replica::Found Replica::look_around() {
  Found found;
  auto const files = replica_files(*directory_);
  if (files.empty() && was_attached_)
    throw std::runtime_error(
        "it is empty. Mount its disk again; to begin a new replica in it, start the server again");
  if (!files.empty()) found.newest_generation = files.back().generation;
  for (auto file = files.rbegin(); file != files.rend() && !found.end; ++file) {
    if (file->is_base) continue;
    auto segment = read_segment(*directory_, *file);
    if (!segment) continue;
    found.installation = segment->installation;
    if (!segment->last) continue;
    // What a killed process wrote may still be on its way to the disk.
    directory_->sync(file->text());
    directory_->sync_names();
    found.end = std::move(segment->last);
    found.end_link = segment->link;
    found.end_generation = file->generation;
  }
  if (!found.end) return found;
  refuse_strangers(found);  // before anything of theirs is removed
  for (auto const& file : files) {
    if (!file.is_base) continue;
    if (auto const base = find_base(*directory_, file)) {
      if (file.generation != found.end_generation) continue;
      found.newest_base_from = file.position;
      found.last_base = base->time;
    } else {
      directory_->remove(file.text());
    }
  }
  for (auto const& file : files)
    if (!file.is_base && file.generation == found.end_generation && found.newest_base_from &&
        file.position >= *found.newest_base_from)
      found.log_bytes_since_base += directory_->size(file.text());
  return found;
}

void Replica::refuse_strangers(Found const& found) const {
  if (!found.end) return;
  if (found.installation != installation_)
    throw ReplicaRefused(
        fmt::format("the directory {} is the replica of another installation, with another master key: name "
                    "another directory with --replica-dir",
                    options_.path));
  if (past_.contains(found.end->timeline, found.end->position, committed_)) return;
  if (!past_.remembers(found.end->position))
    throw ReplicaRefused(fmt::format(
        "this database was opened so often without the replica in {}, which ends at {}, that it can "
        "no longer be told whether it has all that is there: move that directory away, or name "
        "another with --replica-dir; a new replica is begun then",
        options_.path, to_rfc3339(found.end->time)));
  throw ReplicaRefused(fmt::format(
      "the replica in {} has writes up to {} that this database does not have: the database is older, or was "
      "restored to an earlier moment. To get those writes, run `linebook restore --replica-dir {} --force`. "
      "To "
      "go on from this database without them, move that directory away (it alone has them), or name another "
      "with --replica-dir",
      options_.path, to_rfc3339(found.end->time), options_.path));
}

void Replica::settle(ReplicaCommit const& log) {
  auto const& end = found_->end;
  // Where the replica has the moment at which this log began, or a later one, the log has all that is
  // missing.
  bool const goes_on =
      end && found_->newest_base_from && !is_doubtful_ && end->position <= log.position &&
      (end->log_salts == log.log_salts || (log.log_starts_after && end->position >= *log.log_starts_after));
  if (goes_on) {
    generation_ = found_->end_generation;
    newest_base_from_ = found_->newest_base_from;
    last_base_ = found_->last_base;
    log_bytes_since_base_ = found_->log_bytes_since_base;
    last_position_ = end->position;
    base_from_.reset();
    open_segment(end->position + 1, found_->end_link);
    if (log.position > end->position) {
      write(log);
      base_from_ = log.position;
    }
  } else {
    generation_ = found_->newest_generation + 1;
    newest_base_from_.reset();
    log_bytes_since_base_ = 0;
    open_segment(log.position, 0);
    write(log);
    base_from_ = log.position;
  }
  sync();
  is_doubtful_ = false;
  was_attached_ = true;
  found_.reset();
}

// -- Commits ------------------------------------------------------------------------------------------------

void Replica::take_from_queue() {
  std::deque<ReplicaCommit> commits;
  {
    std::scoped_lock lock(mutex_);
    commits.swap(queue_);
  }
  if (!commits.empty()) {
    std::scoped_lock lock(files_mutex_);
    for (auto const& commit : commits) {
      if (commit.whole_log) {
        settle(commit);
        continue;
      }
      rotate_where_due(commit.position);
      write(commit);
    }
    sync();
  }
  bool is_settled = false;
  {
    std::scoped_lock files(files_mutex_);
    if (segment_ && !options_.is_sync && !segment_->file().is_in_place())
      throw std::runtime_error("its files are gone");
    is_settled = segment_ && (newest_base_from_ || !options_.is_sync);
  }
  {
    std::scoped_lock lock(mutex_);
    for (auto const& commit : commits) queue_bytes_ -= std::min<std::uint64_t>(queue_bytes_, commit.bytes());
    if (!commits.empty() && !queue_.empty()) oldest_uncopied_ = queue_.front().time;
    if (!commits.empty() && queue_.empty() && state_ == State::follows) oldest_uncopied_.reset();
  }
  if (is_settled) follow();
}

void Replica::open_segment(std::uint64_t position, std::uint64_t link) {
  segment_.reset();
  segment_ = std::make_unique<ReplicaSegment>(*directory_, ReplicaFileName{generation_, position, false},
                                              page_size_, installation_, link);
  segment_->file().reserve(options_.segment_bytes + reserved_behind_segment);
  segment_began_ = options_.now();
}

void Replica::rotate_where_due(std::uint64_t position) {
  bool const is_old = options_.now() - segment_began_ >= options_.segment_age;
  if (segment_->bytes() < options_.segment_bytes && !is_old) return;
  sync();
  open_segment(position, segment_->link());
}

void Replica::write(ReplicaCommit const& commit) {
  if (!commit.whole_log && commit.position != last_position_ + 1)
    throw std::runtime_error("commits are missing");
  auto const before = segment_->bytes();
  segment_->append(commit);
  last_position_ = commit.position;
  if (commit.starts_log) base_from_ = commit.position;
  log_bytes_since_base_ += segment_->bytes() - before;
  bytes_ += segment_->bytes() - before;
  ++commits_;
}

void Replica::sync() {
  try {
    segment_->file().sync();
  } catch (...) {
    // The kernel may have dropped what it could not write, and show it all the same.
    is_doubtful_ = true;
    throw;
  }
  durable_ = last_position_;
}

/// What keeps the replica small and quick to restore. It has every commit where that fails, too.
void Replica::keep_up() {
  try {
    copy_base_where_due();
    prune_where_due();
    is_upkeep_failing_ = false;
  } catch (std::exception const& e) {
    base_.reset();
    {
      std::scoped_lock lock(files_mutex_);
      if (!newest_base_from_) throw;
    }
    next_base_attempt_ = options_.now() + base_retry_interval;
    {
      std::scoped_lock lock(mutex_);
      ++failures_;
    }
    if (!std::exchange(is_upkeep_failing_, true))
      log_.tell(
          fmt::format("the replica in {} has every commit, but no newer base: {}", options_.path, e.what()));
  }
}

// -- Bases --------------------------------------------------------------------------------------------------

bool Replica::is_base_due() {
  if (!segment_ || !base_from_) return false;
  if (!newest_base_from_) return true;
  if (*base_from_ == *newest_base_from_ || options_.now() < next_base_attempt_) return false;
  if (log_bytes_since_base_ == 0) return false;
  if (options_.now() - last_base_ >= options_.base_age) return true;
  if (log_bytes_since_base_ < options_.log_bytes_a_base) return false;
  // Never more work than commits themselves are.
  auto const newest = ReplicaFileName{generation_, *newest_base_from_, true}.text();
  return log_bytes_since_base_ >= directory_->size(newest);
}

void Replica::copy_base_where_due() {
  if (!base_) {
    std::scoped_lock lock(files_mutex_);
    if (!is_base_due()) return;
    begin_base();
  }
  auto const pages = std::min(base_pages_a_step, base_->pages - base_->done);
  if (pages > 0) {
    std::string bytes(pages * page_size_, '\0');
    auto const at = static_cast<sqlite3_int64>(base_->done * page_size_);
    if (base_->file->pMethods->xRead(base_->file, bytes.data(), static_cast<int>(bytes.size()), at) !=
        SQLITE_OK)
      throw std::runtime_error("the database file cannot be read");
    base_->writer.append(bytes);
    base_->done += pages;
    bytes_ += bytes.size();
  }
  if (base_->done == base_->pages) finish_base();
}

void Replica::begin_base() {
  base_ =
      std::make_unique<BaseCopy>(database_, vfs_, *directory_,
                                 ReplicaFileName{generation_, *base_from_, true}, page_size_, installation_);
}

void Replica::finish_base() {
  // No page of a later commit can be in it.
  auto const position = committed_.load();
  Instant time;
  {
    std::scoped_lock lock(mutex_);
    time = last_time_;
  }
  base_->writer.finish(position, time);
  {
    std::scoped_lock lock(files_mutex_);
    newest_base_from_ = base_->name.position;
    last_base_ = options_.now();
    log_bytes_since_base_ = 0;
  }
  base_.reset();
  last_pruning_ = {};
  follow();
}

void Replica::prune_where_due() {
  auto const now = options_.now();
  if (state_ != State::follows || now - last_pruning_ < pruning_interval) return;
  last_pruning_ = now;
  auto const files = replica_files(*directory_);
  std::optional<ReplicaFileName> oldest_needed;
  for (auto const& file : files) {
    if (!file.is_base || (base_ && file == base_->name)) continue;
    auto const base = find_base(*directory_, file);
    if (base && base->time <= now - options_.keep) oldest_needed = file;
  }
  if (!oldest_needed) return;
  for (std::size_t i = 0; i < files.size(); ++i) {
    auto const& file = files[i];
    bool is_old = file.generation < oldest_needed->generation;
    if (file.generation == oldest_needed->generation) {
      // A segment reaches up to where the next one begins.
      auto const next = std::ranges::find_if(files.begin() + static_cast<std::ptrdiff_t>(i) + 1, files.end(),
                                             [](auto const& later) { return !later.is_base; });
      is_old = file.is_base ? file.position < oldest_needed->position
                            : next != files.end() && next->generation == file.generation &&
                                  next->position <= oldest_needed->position;
    }
    if (is_old) directory_->remove(file.text());
  }
}

}  // namespace linebook::sqlite

#include "delivery/backup_schedule.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "base/durable_files.h"

namespace linebook {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view backup_prefix = "linebook-";
constexpr std::string_view backup_suffix = ".db";
constexpr std::string_view draft_name = "unfinished.db";  // and what a copy keeps beside it

class BackupGivenUp : public std::exception {};

/// "2026-11-28T01:00:00Z" without what a file's name should not have.
std::string compact(std::string text) {
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

}  // namespace

std::string ScheduledBackup::name_at(Instant at) {
  return std::string(backup_prefix) + compact(to_rfc3339(at)) + std::string(backup_suffix);
}

std::optional<ScheduledBackup> ScheduledBackup::parse(std::string const& name) {
  constexpr std::string_view shape = "yyyymmddThhmmssZ";
  if (name.size() != backup_prefix.size() + shape.size() + backup_suffix.size() ||
      !name.starts_with(backup_prefix) || !name.ends_with(backup_suffix))
    return std::nullopt;
  auto text = name.substr(backup_prefix.size(), shape.size());
  for (std::size_t at : {13, 11}) text.insert(at, ":");
  for (std::size_t at : {6, 4}) text.insert(at, "-");
  auto const begun = parse_rfc3339(text);
  if (!begun) return std::nullopt;
  return ScheduledBackup{name, *begun};
}

std::vector<ScheduledBackup> scheduled_backups(fs::path const& directory) {
  std::vector<ScheduledBackup> found;
  for (auto const& entry : fs::directory_iterator(directory))
    if (auto backup = ScheduledBackup::parse(entry.path().filename().string()))
      found.push_back(std::move(*backup));
  std::ranges::sort(found, {}, &ScheduledBackup::begun);
  return found;
}

BackupSchedule::BackupSchedule(Dependencies deps, Plan plan)
    : deps_(std::move(deps)), plan_(std::move(plan)) {
  if (::mkdir(plan_.directory.c_str(), 0700) != 0 && errno != EEXIST)
    deps_.log("the backup directory " + plan_.directory.string() +
              " cannot be made: " + std::generic_category().message(errno));
  thread_ = std::thread([this] { run(); });
}

BackupSchedule::~BackupSchedule() {
  {
    std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

BackupsReport BackupSchedule::report() const {
  std::scoped_lock lock(mutex_);
  return report_;
}

bool BackupSchedule::is_stopping() const {
  std::scoped_lock lock(mutex_);
  return stopping_;
}

/// False where it is time to stop.
bool BackupSchedule::wait_for(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, time, [this] { return stopping_; });
}

void BackupSchedule::run() {
  for (std::chrono::milliseconds pause{0}; wait_for(pause);) {
    try {
      look_at_directory();
      pause = until_next();
      if (pause.count() > 0) continue;
      make_one();
      remove_oldest();
      look_at_directory();
      std::scoped_lock lock(mutex_);
      if (report_.trouble) deps_.log("backups are made again");
      report_.trouble.reset();
    } catch (BackupGivenUp const&) {
      return;
    } catch (std::exception const& e) {
      std::scoped_lock lock(mutex_);
      ++report_.failures;
      auto text = "no backup could be made in " + plan_.directory.string() + ": " + e.what();
      if (report_.trouble != text) deps_.log(text);
      report_.trouble = std::move(text);
      pause = std::min<std::chrono::milliseconds>(retry_interval, plan_.every);
    }
  }
}

void BackupSchedule::look_at_directory() {
  auto const backups = scheduled_backups(plan_.directory);
  std::optional<Instant> last;
  std::int64_t bytes = 0;
  for (auto const& backup : backups) {
    if (is_from_the_future(backup)) break;
    last = backup.begun;
    bytes = static_cast<std::int64_t>(fs::file_size(plan_.directory / backup.name));
  }
  std::scoped_lock lock(mutex_);
  report_.last = last;
  report_.last_bytes = bytes;
  report_.kept = std::ssize(backups);
}

/// Made while the clock was ahead. It keeps none from being made, and is the first to be removed.
bool BackupSchedule::is_from_the_future(ScheduledBackup const& backup) const {
  return backup.begun > deps_.clock.now();
}

/// 0 where the last is too old.
std::chrono::milliseconds BackupSchedule::until_next() {
  std::scoped_lock lock(mutex_);
  auto const now = deps_.clock.now();
  if (!report_.last) return std::chrono::milliseconds(0);
  // Short, since a clock that is set forward tells nobody.
  return std::clamp<std::chrono::milliseconds>(*report_.last + plan_.every - now,
                                               std::chrono::milliseconds(0), std::chrono::seconds(30));
}

void BackupSchedule::make_one() {
  auto const draft = plan_.directory / draft_name;
  for (auto const* suffix : {"", ".partial", ".partial-journal", ".partial-wal", ".partial-shm"})
    fs::remove(draft.string() + suffix);
  auto const name = ScheduledBackup::name_at(deps_.clock.now());
  auto const give_up_where_over = [this] {
    if (is_stopping()) throw BackupGivenUp();
  };
  auto const copied =
      deps_.backups.copy_to(draft, [&](std::uint64_t, std::uint64_t) { give_up_where_over(); });
  give_up_where_over();
  if (!copied) throw std::runtime_error(copied.error().message);
  auto const contents = deps_.restores.inspect(draft, [this] { return is_stopping(); });
  give_up_where_over();
  if (!contents)
    throw std::runtime_error("what was written could not be verified: " + contents.error().message);
  write_checksum(name, deps_.checksum(draft));
  fs::rename(draft, plan_.directory / name);
  sync_directory(plan_.directory);
  std::scoped_lock lock(mutex_);
  ++report_.made;
}

void BackupSchedule::write_checksum(std::string const& name, std::string const& sum) {
  auto const place = plan_.directory / (name + std::string(checksum_suffix));
  {
    std::ofstream file(place, std::ios::trunc);
    file << sum << "  " << name << "\n";
    file.close();
    if (!file) throw std::runtime_error(place.string() + " cannot be written");
  }
  sync_file(place);
}

void BackupSchedule::remove_oldest() {
  auto backups = scheduled_backups(plan_.directory);
  std::ranges::stable_partition(backups,
                                [this](ScheduledBackup const& backup) { return is_from_the_future(backup); });
  for (std::size_t i = 0; i + plan_.keep < backups.size(); ++i) {
    fs::remove(plan_.directory / backups[i].name);
    fs::remove(plan_.directory / (backups[i].name + std::string(checksum_suffix)));
  }
}

}  // namespace linebook

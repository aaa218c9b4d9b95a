#include "store/sqlite/replica/replica_restore.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <map>
#include <stdexcept>
#include <vector>

#include "base/durable_files.h"
#include "store/sqlite/replica/replica_format.h"

namespace linebook {

using namespace sqlite;

namespace {

std::map<std::uint64_t, std::vector<ReplicaFileName>> by_generation(ReplicaDirectory& directory) {
  std::map<std::uint64_t, std::vector<ReplicaFileName>> files;
  for (auto const& file : replica_files(directory)) files[file.generation].push_back(file);
  return files;
}

/// Calls with each commit, as long as each follows from the one before. `damaged` is the file behind which
/// something is missing.
void walk_commits(ReplicaDirectory& directory, std::vector<ReplicaFileName> const& files,
                  std::function<void(ReplicaCommit const&)> const& visit, std::string& damaged) {
  std::optional<std::uint64_t> link;
  std::string before;
  for (auto const& file : files) {
    if (file.is_base) continue;
    auto const segment = read_segment(directory, file, visit, link);
    // One that was begun and never written to.
    if (!segment) continue;
    if (link && segment->first_link != *link && segment->commits > 0) {
      damaged = before;
      return;
    }
    if (segment->commits > 0 || !link) link = segment->link;
    before = file.text();
  }
}

/// Of a generation's files those that are needed over that base.
std::vector<ReplicaFileName> segments_over(std::vector<ReplicaFileName> const& files, std::uint64_t base) {
  std::vector<ReplicaFileName> segments;
  for (auto const& file : files) {
    if (file.is_base) continue;
    // One reaches up to where the next begins.
    if (file.position <= base) segments.clear();
    segments.push_back(file);
  }
  return segments;
}

/// Nothing where the base is not whole without commits that came later, or are not there.
Result<std::optional<ReplicaMoment>> moment_over(ReplicaDirectory& directory,
                                                 std::vector<ReplicaFileName> const& files,
                                                 ReplicaFileName const& name, ReplicaBase const& base,
                                                 std::optional<Instant> at) {
  ReplicaMoment moment;
  moment.generation = name.generation;
  moment.base = name.position;
  Instant newest;
  std::string damaged;
  auto const segments = segments_over(files, name.position);
  walk_commits(
      directory, segments,
      [&](ReplicaCommit const& commit) {
        newest = commit.time;
        if (at && commit.time > *at) return;
        moment.position = commit.position;
        moment.time = commit.time;
      },
      damaged);
  // A moment told in whole seconds, as below, is meant.
  bool const is_meant = at && (newest > *at || *at - newest < std::chrono::seconds(1));
  if (!damaged.empty() && !is_meant)
    return fail(ErrorCode::conflict,
                fmt::format("{} is damaged: what was committed after {} cannot be restored from it. --at {} "
                            "restores what came before",
                            damaged, to_rfc3339(newest), to_rfc3339(newest)));
  if (moment.position < base.position) return std::nullopt;
  moment.bytes = directory.size(name.text());
  for (auto const& segment : segments) moment.bytes += directory.size(segment.text());
  return moment;
}

class NewFile {
 public:
  explicit NewFile(std::filesystem::path const& path)
      : path_(path.string()), file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
    if (file_ < 0) fail();
  }
  ~NewFile() { ::close(file_); }
  NewFile(NewFile const&) = delete;
  NewFile& operator=(NewFile const&) = delete;

  void write(std::uint64_t at, std::string_view bytes) {
    while (!bytes.empty()) {
      auto const n = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(at));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) fail();
      at += static_cast<std::uint64_t>(n);
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  void finish(std::uint64_t size) {
    if (::ftruncate(file_, static_cast<off_t>(size)) != 0 || ::fsync(file_) != 0) fail();
  }

 private:
  [[noreturn]] void fail() const {
    throw std::runtime_error(fmt::format("{}: {}", path_, std::strerror(errno)));
  }

  std::string const path_;
  int const file_;
};

}  // namespace

Result<ReplicaMoment> find_replica_moment(ReplicaDirectory& directory, std::optional<Instant> at) try {
  auto const generations = by_generation(directory);
  for (auto generation = generations.rbegin(); generation != generations.rend(); ++generation) {
    auto const& files = generation->second;
    for (auto file = files.rbegin(); file != files.rend(); ++file) {
      if (!file->is_base) continue;
      auto const base = find_base(directory, *file);
      if (!base || (at && base->time > *at)) continue;
      auto const moment = moment_over(directory, files, *file, *base, at);
      if (!moment) return fail(moment.error());
      if (*moment) return **moment;
    }
  }
  return fail(ErrorCode::not_found, at ? "the replica has nothing from before " + to_rfc3339(*at)
                                       : "there is no whole replica: it has no base, or no commits");
} catch (std::exception const& e) {
  return fail(ErrorCode::unavailable, fmt::format("the replica cannot be read: {}", e.what()));
}

Result<std::uint64_t> replay_replica(ReplicaDirectory& directory, ReplicaMoment const& moment,
                                     std::function<void(std::uint64_t, std::string_view)> const& write,
                                     CopyProgress const& progress) try {
  std::uint64_t done = 0;
  auto const tell = [&](std::size_t bytes) {
    done += bytes;
    if (progress) progress(std::min(done, moment.bytes), moment.bytes);
  };
  std::uint64_t at = 0;
  auto const base = ReplicaFileName{moment.generation, moment.base, true};
  bool const is_whole = read_base(directory, base, [&](std::string_view pages) {
    write(at, pages);
    at += pages.size();
    tell(pages.size());
  });
  if (!is_whole)
    return fail(
        ErrorCode::conflict,
        fmt::format("{} is damaged. Move it out of the replica: an older base is used then", base.text()));
  auto const page_size = find_base(directory, base)->page_size;
  auto const generations = by_generation(directory);
  std::uint64_t reached = 0;
  std::uint64_t size = 0;
  std::string damaged;
  walk_commits(
      directory, segments_over(generations.at(moment.generation), moment.base),
      [&](ReplicaCommit const& commit) {
        tell(commit.bytes());
        if (commit.position < moment.base || commit.position > moment.position) return;
        for (std::size_t i = 0; i < commit.pages.size(); ++i)
          write(std::uint64_t{commit.pages[i] - 1} * page_size,
                std::string_view(commit.images).substr(i * page_size, page_size));
        reached = commit.position;
        size = std::uint64_t{commit.database_pages} * page_size;
      },
      damaged);
  if (reached != moment.position)
    return fail(ErrorCode::conflict, "the replica has changed, or is damaged: its commits end too early");
  return size;
} catch (std::exception const& e) {
  return fail(ErrorCode::unavailable, fmt::format("restoring from the replica failed: {}", e.what()));
}

Result<void> rebuild_from_replica(ReplicaDirectory& directory, ReplicaMoment const& moment,
                                  std::filesystem::path const& path, CopyProgress const& progress) try {
  NewFile file(path);
  auto const size = replay_replica(
      directory, moment, [&](std::uint64_t at, std::string_view bytes) { file.write(at, bytes); }, progress);
  if (!size) return fail(size.error());
  file.finish(*size);
  sync_directory(path.parent_path());
  return {};
} catch (std::exception const& e) {
  return fail(ErrorCode::unavailable, fmt::format("restoring from the replica failed: {}", e.what()));
}

}  // namespace linebook

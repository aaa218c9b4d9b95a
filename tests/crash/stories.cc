#include "crash/stories.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace linebook::crash {

Story told(Life life, Recovery& recovery) {
  Story story{std::move(life), {}};
  VolatileDisk disk(story.life.disk);
  for (auto const& operation : story.life.log) {
    disk.apply(operation);
    if (operation.kind == DiskOperation::Kind::note)
      story.databases.push_back(recovery.database_after(disk.with_everything()));
  }
  return story;
}

std::optional<std::size_t> commit_found(Story const& story, FileImage const& database, std::size_t likely) {
  for (auto const commit : {likely, likely + 1})
    if (commit < story.databases.size() && story.databases[commit] == database) return commit;
  auto const found = std::ranges::find(story.databases, database);
  if (found == story.databases.end()) return std::nullopt;
  return static_cast<std::size_t>(found - story.databases.begin());
}

std::vector<Story> lives_of(std::uint64_t seed, Recovery& recovery,
                            std::optional<ReplicaOptions> const& replica) {
  Workload workload(seed, replica);
  Random random(seed);
  std::vector<Story> stories{told(workload.live({}, {}, commits_a_life), recovery)};
  while (stories.size() < lives_a_seed) {
    auto const& before = stories.back();
    auto const& log = before.life.log;
    VolatileDisk disk(before.life.disk);
    auto const cut = stories.size() == 2 ? log.size() : log.size() / 2 + random.below(log.size() / 2);
    std::size_t acknowledged = 0;
    for (std::size_t i = 0; i < cut; ++i) {
      disk.apply(log[i]);
      if (log[i].kind == DiskOperation::Kind::note) acknowledged = log[i].at;
    }
    auto left = disk.after_power_cut(random);
    auto const commit = commit_found(before, recovery.database_after(left), 0);
    if (!commit) throw std::runtime_error("a crash between two lives left no commit's state");
    std::vector<FileImage> inherited;
    for (auto i = acknowledged; i <= *commit; ++i) inherited.push_back(before.databases[i]);
    auto story = told(workload.live(std::move(left), before.life.books[*commit], commits_a_life), recovery);
    story.inherited = std::move(inherited);
    stories.push_back(std::move(story));
  }
  return stories;
}

}  // namespace linebook::crash

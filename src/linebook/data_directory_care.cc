#include "linebook/data_directory_care.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <vector>

#include "cli/backup_draft.h"

namespace linebook {

void delete_leftovers(DataDirectory const& directory) {
  std::vector<std::filesystem::path> leftovers;
  std::error_code error;
  for (std::filesystem::directory_iterator at(directory.path(), error), end; !error && at != end;
       at.increment(error)) {
    auto const name = at->path().filename().string();
    if (is_of_backup_draft(name) || name.starts_with(restore_draft_name)) leftovers.push_back(at->path());
  }
  // One that cannot be deleted is in nobody's way.
  for (auto const& file : leftovers) std::filesystem::remove(file, error);
}

std::optional<std::string> openness(std::string const& directory) {
  struct stat about{};
  if (::stat(directory.c_str(), &about) != 0 || (about.st_mode & 077) == 0) return std::nullopt;
  return fmt::format(
      "the data directory {} is open to others than its owner (mode {:04o}); chmod 700 closes it", directory,
      about.st_mode & 07777);
}

}  // namespace linebook

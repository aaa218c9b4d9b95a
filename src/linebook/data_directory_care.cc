#include "linebook/data_directory_care.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <vector>

#include "cli/backup_draft.h"
#include "lists/list_directory.h"

namespace linebook {

namespace {

template <class IsLeftover>
void collect(std::filesystem::path const& directory, IsLeftover is_leftover,
             std::vector<std::filesystem::path>& leftovers) {
  std::error_code error;
  for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error))
    if (is_leftover(at->path().filename().string())) leftovers.push_back(at->path());
}

}  // namespace

void delete_leftovers(DataDirectory const& directory) {
  std::vector<std::filesystem::path> leftovers;
  collect(
      directory.path(),
      [](std::string const& name) {
        return is_of_backup_draft(name) || name.starts_with(restore_draft_name);
      },
      leftovers);
  collect(
      std::filesystem::path(directory.path()) / lists::lists_directory_name,
      [](std::string const& name) { return name.starts_with(lists::draft_prefix); }, leftovers);
  // One that cannot be deleted is in nobody's way.
  std::error_code error;
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

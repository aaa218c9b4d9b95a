// The copy that a backup makes beside the database before it hands it over.
#pragma once

#include <string>
#include <string_view>

namespace linebook {

inline constexpr std::string_view backup_draft_prefix = "backup-";
inline constexpr std::string_view backup_draft_suffix = ".tmp";

/// `unique` starts with backup_draft_prefix.
inline std::string backup_draft_name(std::string_view unique) {
  return std::string(unique) + std::string(backup_draft_suffix);
}

/// The draft itself, or one of the files that a store keeps beside it while it is being made.
inline bool is_of_backup_draft(std::string_view file_name) {
  return file_name.starts_with(backup_draft_prefix) && file_name.find(backup_draft_suffix) != file_name.npos;
}

}  // namespace linebook

// What makes files outlive a power cut. Failures are thrown as std::system_error that names the path.
#pragma once

#include <filesystem>

namespace linebook {

/// What was written to the file is on the disk on return.
void sync_file(std::filesystem::path const&);
/// The names in the directory are; empty: the current one.
void sync_directory(std::filesystem::path const&);

}  // namespace linebook

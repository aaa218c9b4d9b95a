// What tells that a file is still what it was.
#pragma once

#include <filesystem>
#include <string>

namespace linebook {

/// SHA-256 in hexadecimal digits, as sha256sum(1) tells it. Throws std::runtime_error where it cannot be
/// read.
std::string sha256_of_file(std::filesystem::path const&);

}  // namespace linebook

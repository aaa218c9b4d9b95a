// The socket in the data directory through which sub-commands reach a running server.
#pragma once

#include <filesystem>

#include "base/data_directory_files.h"
#include "base/result.h"

namespace linebook {

/// A listening socket at `directory`/linebook.sock that only its owner may connect to. Takes the place of one
/// that a killed server left, so the caller holds the directory's lock. The directory's path may be of any
/// length.
Result<int> listen_operator_socket(std::filesystem::path const& directory);

/// Connects to it. unavailable where nobody listens; forbidden where whoever listens is neither this user,
/// nor the directory's owner, nor root.
Result<int> connect_operator_socket(std::filesystem::path const& directory);

enum class Peer { trusted, stranger };
/// Is the connected client this server's own user, or root?
Peer operator_peer(int socket);

}  // namespace linebook

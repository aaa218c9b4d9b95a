// What the files of a data directory are called, for the folders that each know one of them.
#pragma once

namespace linebook {

inline constexpr char const* database_file_name = "linebook.db";
inline constexpr char const* request_history_file_name = "requests.db";
inline constexpr char const* master_key_file_name = "master.key";
inline constexpr char const* operator_socket_name = "linebook.sock";
/// Of a node whose database is elsewhere: says where.
inline constexpr char const* postgres_note_name = "postgresql";
/// Of files that are being imported over HTTP.
inline constexpr char const* uploads_directory_name = "uploads";
inline constexpr char const* lock_file_name = "linebook.lock";

}  // namespace linebook

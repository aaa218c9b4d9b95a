// The console's files as they are built into the binary (web/console): each as it is, and compressed
// beforehand where that is smaller.
#pragma once

#include <string_view>

#include "http/codec/accepted_coding.h"

namespace linebook::http {

/// By browsers: for_ever, since what is in it is in its name.
enum class Kept { never, for_ever };

struct ConsoleFile {
  std::string_view name;  // "assets/index-BnZEGkHb.js"
  std::string_view content_type;
  std::string_view hash;  // of its content
  Kept kept;
  std::string_view plain;
  std::string_view gzip;    // empty: it is not smaller
  std::string_view brotli;  // likewise

  std::string_view coded(ContentCoding) const;
};

/// Null where there is none.
ConsoleFile const* find_console_file(std::string_view name);

/// The page that every other one begins with.
ConsoleFile const& console_page();

}  // namespace linebook::http

#include "cli/draft_file.h"

#include <string>

#include "cli/frame.h"

namespace linebook {

Result<std::uint64_t> copy_whole(InputFile& from, OutputFile& to,
                                 std::function<void(std::uint64_t done)> const& progress) {
  std::uint64_t done = 0;
  for (std::string buffer(file_chunk, '\0');;) {
    auto const n = from.read(buffer.data(), buffer.size());
    if (!n) return fail(n.error());
    if (*n == 0) break;
    if (auto const written = to.write({buffer.data(), *n}); !written) return fail(written.error());
    done += *n;
    progress(done);
  }
  if (auto const finished = to.finish(); !finished) return fail(finished.error());
  return done;
}

}  // namespace linebook

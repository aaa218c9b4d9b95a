// What a sub-command sees of the place where it was typed: its files, its output and its terminal. On the
// other end is this process, or a client at the operator socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/import_desk.h"
#include "base/result.h"

namespace linebook {

/// A file that is read from its beginning to its end.
class InputFile {
 public:
  virtual ~InputFile() = default;
  /// Up to `size` bytes; 0 at the end.
  virtual Result<std::size_t> read(char* into, std::size_t size) = 0;
  virtual std::uint64_t size() const = 0;  // bytes; 0 where nobody knows, as of a pipe
};

/// A file that appears under its name, whole and durable, with finish(); until then, and without it, what
/// stood there before stays.
class OutputFile {
 public:
  virtual ~OutputFile() = default;
  virtual Result<void> write(std::string_view) = 0;
  virtual Result<void> finish() = 0;
};

struct Progress {
  std::string unit;               // "rows"
  std::uint64_t items = 0;        // so far
  std::uint64_t bytes_done = 0;   // of the input, for the time that is left
  std::uint64_t bytes_total = 0;  // 0: not known
};

/// The client at the other end is gone: the command ends where it stands. Committed batches stay.
class ConsoleLost : public std::runtime_error {
 public:
  ConsoleLost() : std::runtime_error("the client of the operator socket is gone") {}
};

/// Any member may throw ConsoleLost. One thread.
class Console {
 public:
  virtual ~Console() = default;
  /// "-" is standard input.
  virtual Result<std::unique_ptr<InputFile>> open_input(std::string const& path) = 0;
  /// The names (not paths) of the regular files in a directory, sorted.
  virtual Result<std::vector<std::string>> list_inputs(std::string const& directory) = 0;
  virtual Result<std::unique_ptr<OutputFile>> create_output(std::string const& path) = 0;
  virtual void out(std::string_view) = 0;  // data: standard output
  virtual void err(std::string_view) = 0;  // words: standard error
  virtual void progress(Progress const&) = 0;
  /// How the file that is imported is read, for whoever wants it in parts and not in words; again when more
  /// is known.
  virtual void understood(UnderstoodFile const&) {}
  /// What was printed waits no longer, and it is noticed where nobody is there any more.
  virtual void flush() {}
};

}  // namespace linebook

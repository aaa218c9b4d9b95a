// Where an export goes: a file that was named, or standard output.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "cli/command.h"

namespace linebook {

class ExportedFile {
 public:
  /// `--output`, into `path`.
  static void add_flag(CLI::App& flags, std::string& path, std::string type_name) {
    flags.add_option("--output", path, "Write to this file instead of standard output")
        ->type_name(std::move(type_name));
  }

  /// An empty `path`: standard output.
  static Result<ExportedFile> open(Console& console, std::string const& path) {
    ExportedFile file(console);
    if (path.empty()) return file;
    auto created = console.create_output(path);
    if (!created) return fail(std::move(created.error()));
    file.file_ = std::move(*created);
    return file;
  }

  Result<void> write(std::string_view text) {
    if (file_) return file_->write(text);
    console_->out(text);
    return {};
  }
  /// The file appears under its name with this.
  Result<void> finish() { return file_ ? file_->finish() : Result<void>(); }
  /// Progress beside data on one terminal would spoil it.
  bool is_named() const { return file_ != nullptr; }

  static FileAccess access(std::string const& path) {
    if (path.empty()) return {};
    return {.inputs = {}, .input_directories = {}, .outputs = {path}};
  }

 private:
  explicit ExportedFile(Console& console) : console_(&console) {}

  Console* console_;
  std::unique_ptr<OutputFile> file_;
};

}  // namespace linebook

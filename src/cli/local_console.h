// The console of this very process: its files, its standard streams, its terminal.
#pragma once

#include <string>
#include <vector>

#include "cli/console.h"
#include "cli/local_files.h"
#include "cli/progress_line.h"

namespace linebook {

class LocalConsole final : public Console {
 public:
  /// No output goes into `data_directory`, whoever asks for it: a slip of the finger must not put a copy in
  /// the place of the live database or its master key. Nor does one replace a file that was read.
  LocalConsole(std::string data_directory, ExistingFile existing_outputs)
      : data_directory_(std::move(data_directory)), existing_outputs_(existing_outputs) {}

  Result<std::unique_ptr<InputFile>> open_input(std::string const& path) override;
  Result<std::vector<std::string>> list_inputs(std::string const& directory) override;
  Result<std::unique_ptr<OutputFile>> create_output(std::string const& path) override;
  void out(std::string_view) override;
  void err(std::string_view) override;
  void progress(Progress const&) override;
  void flush() override;

  /// Flushes standard output; false when not everything could be written (a full disk, a closed pipe).
  bool finish();

 private:
  Result<void> check_place(std::string const& path) const;

  std::string data_directory_;
  ExistingFile existing_outputs_;
  std::vector<FileIdentity> inputs_;  // opened so far
  ProgressLine progress_;
  bool failed_ = false;
};

}  // namespace linebook

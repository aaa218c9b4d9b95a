// The console of this very process: its files, its standard streams, its terminal.
#pragma once

#include "cli/console.h"
#include "cli/progress_line.h"

namespace linebook {

class LocalConsole final : public Console {
 public:
  Result<std::unique_ptr<InputFile>> open_input(std::string const& path) override;
  Result<std::vector<std::string>> list_inputs(std::string const& directory) override;
  Result<std::unique_ptr<OutputFile>> create_output(std::string const& path) override;
  void out(std::string_view) override;
  void err(std::string_view) override;
  void progress(Progress const&) override;

  /// Flushes standard output; false when not everything could be written (a full disk, a closed pipe).
  bool finish();

 private:
  ProgressLine progress_;
  bool failed_ = false;
};

}  // namespace linebook

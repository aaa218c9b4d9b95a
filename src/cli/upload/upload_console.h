// The console of an import that runs for somebody at the other end of HTTP: one file to read, the rejected
// rows of its results to keep, and what is said in words.
#pragma once

#include <functional>
#include <string>

#include "cli/console.h"

namespace linebook {

/// What such a command line calls its files.
inline constexpr char const* uploaded_file_name = "upload";
inline constexpr char const* upload_results_name = "results";

class UploadConsole final : public Console {
 public:
  struct Places {
    std::string file;     // that was uploaded
    std::string rejects;  // where rows that were not taken are written to
  };
  struct Told {
    std::function<void(std::string_view line)> message;
    std::function<void(Progress const&)> progress;
    std::function<void(UnderstoodFile const&)> understood;
    std::function<void()> reject;         // one row that was not taken
    std::function<bool()> is_called_off;  // whoever asked does not wait for it any more
  };

  UploadConsole(Places places, Told told) : places_(std::move(places)), told_(std::move(told)) {}

  Result<std::unique_ptr<InputFile>> open_input(std::string const& path) override;
  Result<std::vector<std::string>> list_inputs(std::string const& directory) override;
  Result<std::unique_ptr<OutputFile>> create_output(std::string const& path) override;
  void out(std::string_view) override;
  void err(std::string_view) override;
  void progress(Progress const&) override;
  void understood(UnderstoodFile const& file) override { told_.understood(file); }

  /// The line of JSON that the command printed; empty where it printed none.
  std::string report() const;

 private:
  void check() const;

  Places places_;
  Told told_;
  std::string out_;
  std::string err_;  // a line that has not ended yet
};

}  // namespace linebook

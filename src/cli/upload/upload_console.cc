#include "cli/upload/upload_console.h"

#include "app/ports/import_desk.h"
#include "cli/local_files.h"

namespace linebook {
namespace {

constexpr std::size_t max_report_bytes = 64 * 1024;

/// Of the results "row,line,status,id,message" those rows that were not taken.
class Rejects final : public OutputFile {
 public:
  Rejects(std::unique_ptr<OutputFile> file, std::function<void()> counted)
      : file_(std::move(file)), counted_(std::move(counted)) {}

  Result<void> write(std::string_view text) override {
    std::string kept;
    for (char const c : text) {
      row_ += c;
      if (c == '"') is_quoted_ = !is_quoted_;
      if (c != '\n' || is_quoted_) continue;
      if (is_kept()) kept += row_;
      row_.clear();
    }
    return kept.empty() ? Result<void>() : file_->write(kept);
  }
  Result<void> finish() override { return file_->finish(); }

 private:
  bool is_kept() {
    if (std::exchange(is_header_, false)) return true;
    if (status() != "error") return false;
    counted_();
    return ++rows_ <= max_rejects_kept;
  }
  /// The third field, which is never quoted.
  std::string_view status() const {
    std::string_view rest = row_;
    for (int passed = 0; passed < 2; ++passed) {
      auto const comma = rest.find(',');
      if (comma == rest.npos) return {};
      rest.remove_prefix(comma + 1);
    }
    return rest.substr(0, rest.find(','));
  }

  std::unique_ptr<OutputFile> file_;
  std::function<void()> counted_;
  std::string row_;
  bool is_quoted_ = false;
  bool is_header_ = true;
  std::size_t rows_ = 0;
};

}  // namespace

void UploadConsole::check() const {
  if (told_.is_called_off()) throw ConsoleLost();
}

Result<std::unique_ptr<InputFile>> UploadConsole::open_input(std::string const& path) {
  if (path == uploaded_file_name) return open_local_input(places_.file);
  return fail(ErrorCode::not_found, "there is no file but the one that was uploaded");
}

Result<std::vector<std::string>> UploadConsole::list_inputs(std::string const&) {
  return fail(ErrorCode::not_found, "a file was uploaded, no directory");
}

Result<std::unique_ptr<OutputFile>> UploadConsole::create_output(std::string const& path) {
  if (path != upload_results_name) return fail(ErrorCode::not_found, "nothing is written but the results");
  auto file = create_local_output(places_.rejects, ExistingFile::replace);
  if (!file) return file;
  return std::make_unique<Rejects>(std::move(*file), told_.reject);
}

void UploadConsole::out(std::string_view text) {
  check();
  if (out_.size() + text.size() <= max_report_bytes) out_ += text;
}

void UploadConsole::err(std::string_view text) {
  check();
  for (char const c : text) {
    if (c != '\n') {
      if (err_.size() < max_report_bytes) err_ += c;
      continue;
    }
    if (!err_.empty()) told_.message(err_);
    err_.clear();
  }
}

void UploadConsole::progress(Progress const& progress) {
  check();
  told_.progress(progress);
}

std::string UploadConsole::report() const {
  auto const end = out_.find_last_not_of('\n');
  if (end == out_.npos) return {};
  auto const begin = out_.rfind('\n', end);
  auto line = out_.substr(begin == out_.npos ? 0 : begin + 1, end - (begin == out_.npos ? 0 : begin + 1) + 1);
  return line.starts_with('{') && line.ends_with('}') ? line : std::string();
}

}  // namespace linebook

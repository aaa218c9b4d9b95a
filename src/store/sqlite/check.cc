#include "store/sqlite/check.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "store/sqlite/connection.h"

namespace linebook::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_faults_of_table = 20;
constexpr std::size_t max_tables = 1000;

/// The first columns of what a pragma answers, joined by spaces.
std::vector<std::string> lines_of(Connection& db, std::string const& sql, int columns,
                                  std::size_t most = max_faults_of_table) {
  sqlite3_stmt* prepared = nullptr;
  if (int const code = sqlite3_prepare_v2(db.handle(), sql.c_str(), -1, &prepared, nullptr);
      code != SQLITE_OK)
    db.fail_with(code, "checking");
  std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> const statement(prepared, sqlite3_finalize);
  std::vector<std::string> lines;
  for (;;) {
    int const code = sqlite3_step(prepared);
    if (code == SQLITE_DONE) return lines;
    if (code != SQLITE_ROW) db.fail_with(code, "checking");
    std::string line;
    for (int i = 0; i < columns; ++i) {
      auto const* const text = reinterpret_cast<char const*>(sqlite3_column_text(prepared, i));
      line += (i > 0 ? " " : "") + std::string(text == nullptr ? "" : text);
    }
    if (lines.size() < most) lines.push_back(std::move(line));
  }
}

std::string quoted_name(std::string_view name) {
  std::string text = "\"";
  for (char const c : name) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + "\"";
}

/// A file that is being checked.
class CheckedFile {
 public:
  CheckedFile(fs::path const& path, std::string const& vfs, DatabaseVerdict& verdict)
      : name_(path.filename().string()), verdict_(verdict) {
    guarded(name_, [&] {
      db_ = std::make_unique<Connection>(path.string(), Access::read_only, vfs);
      // The schema comes first: what is in it says what else there is.
      tables_ = lines_of(*db_,
                         "SELECT 'sqlite_schema' UNION ALL SELECT name FROM"
                         " (SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name)",
                         1, max_tables);
    });
  }

  std::vector<std::string> const& tables() const { return tables_; }
  std::string const& name() const { return name_; }

  void check(std::string const& table) {
    auto const where = name_ + ", table " + table;
    guarded(where, [&] {
      for (auto& line : lines_of(*db_, "PRAGMA integrity_check(" + quoted_name(table) + ")", 1))
        if (line != "ok") verdict_.faults.push_back({where, std::move(line)});
    });
    if (table == "sqlite_schema") return;
    guarded(where, [&] {
      auto const strays = lines_of(*db_, "PRAGMA foreign_key_check(" + quoted_name(table) + ")", 3);
      if (!strays.empty())
        verdict_.faults.push_back(
            {where, fmt::format("{}{} rows refer to what is not there, the first to a row of {}",
                                strays.size() == max_faults_of_table ? "at least " : "", strays.size(),
                                strays.front().substr(strays.front().rfind(' ') + 1))});
    });
  }

 private:
  template <class Work>
  void guarded(std::string const& where, Work work) {
    try {
      work();
    } catch (std::exception const& e) {
      verdict_.faults.push_back({where, e.what()});
    }
  }

  std::string name_;
  DatabaseVerdict& verdict_;
  std::unique_ptr<Connection> db_;
  std::vector<std::string> tables_;
};

}  // namespace

DatabaseVerdict check_files(std::vector<fs::path> const& files, std::string const& vfs,
                            CheckProgress const& progress) {
  DatabaseVerdict verdict;
  std::vector<CheckedFile> checked;
  checked.reserve(files.size());
  std::uint64_t total = 0;
  std::error_code ignored;
  for (auto const& file : files) {
    if (!fs::exists(file, ignored)) continue;
    total += checked.emplace_back(file, vfs, verdict).tables().size();
  }
  std::uint64_t done = 0;
  for (auto& file : checked) {
    for (auto const& table : file.tables()) {
      if (progress) progress(done, total);
      file.check(table);
      ++done;
    }
    if (!file.tables().empty())
      verdict.checked.push_back(fmt::format("{}: pages, rows, indexes and references of {} tables",
                                            file.name(), file.tables().size()));
  }
  if (progress) progress(done, total);
  return verdict;
}

}  // namespace linebook::sqlite

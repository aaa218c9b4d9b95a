// Files that are taken whole or not at all: every row is read and checked before the first one is stored, and
// one that is at fault leaves everything as it was.
#pragma once

#include <algorithm>
#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "app/import_outcome.h"
#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/import/csv_table.h"
#include "cli/import/import_record.h"
#include "cli/print.h"

namespace linebook {

/// Rows of one file; they are kept in memory until all are checked.
inline constexpr std::size_t max_rows_of_whole_file = 1'000'000;

template <class Row>
class WholeFileImport {
 public:
  using Checked = std::expected<void, std::string>;
  struct Steps {
    std::string_view kind;  // what the ledger calls it
    std::span<std::string_view const> required;
    std::span<std::string_view const> optional;
    HeaderRow header = HeaderRow::needed;
    /// Of the row that stands in the table; else why it is none.
    std::function<std::expected<Row, std::string>(CsvTable const&)> read;
    /// What only the books can tell; may complete the row.
    std::function<Checked(Transaction const&, Context const&, Row&)> check;
    std::function<ImportOutcome(Transaction&, Context const&, Row const&)> store;
  };

  WholeFileImport(std::string file, bool json, Steps steps)
      : file_(std::move(file)), json_(json), steps_(std::move(steps)) {}

  ExitCode run(OperatorSession& session, AccountId account) {
    if (auto done = read(session); !done) return refused(session, done.error());
    if (auto done = check(session, account); !done) return refused(session, done.error());
    if (errors_ > 0) {
      if (errors_ > max_told_errors)
        session.console.err("… and " + grouped(errors_ - max_told_errors) + " more\n");
      session.console.err("nothing was taken from " + file_ + ": mend " + counted(errors_, "row", "rows") +
                          " and import it again\n");
      return ExitCode::failed;
    }
    auto done = store(session, account);
    if (done)
      done =
          record_import(session, account, session.actor,
                        {.kind = steps_.kind, .added = added_, .updated = updated_, .unchanged = unchanged_});
    summary(session.console);
    if (!done) return refused(session, done.error());
    return ExitCode::ok;
  }

 private:
  static constexpr std::size_t batch_rows = 500;  // of one transaction

  struct NumberedRow {
    std::size_t line;
    Row row;
  };

  ExitCode refused(OperatorSession& session, Error error) const {
    error.message = file_ + ": " + error.message;
    return tell(session.console, error);
  }

  void row_error(Console& console, std::size_t line, std::string const& why) {
    if (++errors_ <= max_told_errors) console.err("line " + std::to_string(line) + ": " + why + "\n");
  }

  Result<void> read(OperatorSession& session) {
    auto input = session.console.open_input(file_);
    if (!input) return fail(std::move(input.error()));
    auto table = CsvTable::open(**input, steps_.required, steps_.optional, steps_.header);
    if (!table) return fail(std::move(table.error()));
    for (;;) {
      auto more = table->next();
      if (!more) return fail(std::move(more.error()));
      if (!*more) return {};
      if (rows_.size() == max_rows_of_whole_file)
        return fail(ErrorCode::validation_error,
                    "has more than " + grouped(max_rows_of_whole_file) + " rows; split it");
      auto row = steps_.read(*table);
      if (row)
        rows_.push_back({table->line(), std::move(*row)});
      else
        row_error(session.console, table->line(), row.error());
    }
  }

  Result<void> check(OperatorSession& session, AccountId account) {
    if (!steps_.check) return {};
    auto const ctx = session.context(account);
    for (std::size_t begin = 0; begin < rows_.size(); begin += batch_rows) {
      std::span const some(rows_.begin() + static_cast<std::ptrdiff_t>(begin),
                           std::min(batch_rows, rows_.size() - begin));
      auto faults = read_and_wait(
          session.store(),
          [&](Transaction const& tx) -> Result<std::vector<std::pair<std::size_t, std::string>>> {
            std::vector<std::pair<std::size_t, std::string>> found;
            for (auto& [line, row] : some)
              if (auto checked = steps_.check(tx, ctx, row); !checked)
                found.emplace_back(line, checked.error());
            return found;
          });
      if (!faults) return fail(std::move(faults.error()));
      for (auto const& [line, why] : *faults) row_error(session.console, line, why);
      session.console.progress({"rows checked", begin + some.size(), begin + some.size(), rows_.size()});
    }
    return {};
  }

  Result<void> store(OperatorSession& session, AccountId account) {
    for (std::size_t begin = 0; begin < rows_.size(); begin += batch_rows) {
      std::span const some(rows_.begin() + static_cast<std::ptrdiff_t>(begin),
                           std::min(batch_rows, rows_.size() - begin));
      auto const ctx = session.context(account);
      auto outcomes =
          write_and_wait(session.store(), [&](Transaction& tx) -> Result<std::vector<ImportOutcome>> {
            std::vector<ImportOutcome> all;
            for (auto const& [_, row] : some) all.push_back(steps_.store(tx, ctx, row));
            return all;
          });
      if (!outcomes) return fail(std::move(outcomes.error()));
      for (auto const outcome : *outcomes)
        ++(outcome == ImportOutcome::added     ? added_
           : outcome == ImportOutcome::updated ? updated_
                                               : unchanged_);
      session.console.progress({"rows", begin + some.size(), begin + some.size(), rows_.size()});
    }
    return {};
  }

  void summary(Console& console) const {
    if (json_)
      console.out(json_line(boost::json::object{
          {"rows", rows_.size()}, {"added", added_}, {"updated", updated_}, {"unchanged", unchanged_}}));
    else
      console.out(grouped(rows_.size()) + " rows: " + grouped(added_) + " added, " + grouped(updated_) +
                  " updated, " + grouped(unchanged_) + " unchanged\n");
  }

  std::string file_;
  bool json_;
  Steps steps_;
  std::vector<NumberedRow> rows_;
  std::uint64_t errors_ = 0, added_ = 0, updated_ = 0, unchanged_ = 0;
};

/// The sub-command around it: a file, and the account whose it becomes.
template <class Row>
class ImportWholeFile final : public Command {
 public:
  struct Words {
    char const* file;     // what it holds
    char const* account;  // whose
  };

  ImportWholeFile(CLI::App& flags, Words const& words, typename WholeFileImport<Row>::Steps steps)
      : steps_(std::move(steps)) {
    flags.add_option("file", file_, words.file)->required()->type_name("FILE.csv");
    flags.add_option("--account", account_, words.account)->required()->type_name("NAME");
    flags.add_flag("--json", json_, "Print the counts as JSON");
    flags.footer("The file is taken whole or not at all: a row at fault is told with its line.");
  }

  FileAccess files() const override { return {.inputs = {file_}, .input_directories = {}, .outputs = {}}; }

  ExitCode run(OperatorSession& session) override {
    auto account = account_of(session, account_);
    if (!account) return tell(session.console, account.error());
    return WholeFileImport<Row>(file_, json_, steps_).run(session, account->id);
  }

 private:
  typename WholeFileImport<Row>::Steps steps_;
  std::string file_;
  std::string account_;
  bool json_ = false;
};

}  // namespace linebook

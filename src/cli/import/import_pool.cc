#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <boost/json/object.hpp>

#include "app/lines/pool.h"
#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/import/csv_table.h"
#include "cli/print.h"

namespace linebook {
namespace {

constexpr std::size_t batch_rows = 500;  // of one transaction
constexpr std::string_view required_columns[] = {"phone_number"};
constexpr std::string_view optional_columns[] = {"country_code"};

struct PoolRow {
  std::size_t line;
  E164 number;
  std::string country_code;
};

struct PoolCounts {
  std::uint64_t rows = 0, added = 0, updated = 0, unchanged = 0, errors = 0;
};

class ImportPool final : public Command {
 public:
  explicit ImportPool(CLI::App& flags) {
    flags
        .add_option("file", file_,
                    "CSV with a header: phone_number (E.164), country_code (default US); - reads stdin")
        ->required()
        ->type_name("FILE.csv");
    flags.add_flag("--json", json_, "Print the counts as JSON");
    flags
        .add_option(
            "--carrier", carrier_,
            "Who carries their calls and texts: twilio (the operator's own account, --twilio-account-sid)")
        ->type_name("NAME")
        ->check(CLI::IsMember({"twilio"}));
  }

  Beginning beginning() const override { return Beginning::make; }
  FileAccess files() const override { return {.inputs = {file_}, .input_directories = {}, .outputs = {}}; }

  ExitCode run(OperatorSession& session) override {
    counts_ = {};
    auto input = session.console.open_input(file_);
    if (!input) return tell(session.console, input.error());
    auto table = CsvTable::open(**input, required_columns, optional_columns);
    if (!table) return in_file(session.console, table.error());
    auto done = import(session, *table, **input);
    if (!done) in_file(session.console, done.error());
    summary(session.console);
    return done && counts_.errors == 0 ? ExitCode::ok : ExitCode::failed;
  }

 private:
  ExitCode in_file(Console& console, Error error) const {
    error.message = file_ + ": " + error.message;
    return tell(console, error);
  }

  void row_error(Console& console, std::size_t line, std::string const& why) {
    if (++counts_.errors <= max_told_errors) console.err("line " + std::to_string(line) + ": " + why + "\n");
  }

  /// Rows before one that cannot be read are stored all the same, and counted.
  Result<void> import(OperatorSession& session, CsvTable& table, InputFile const& input) {
    for (;;) {
      std::vector<PoolRow> batch;
      auto more = read_batch(session.console, table, batch);
      if (auto stored = store(session, batch); !stored) return stored;
      session.console.progress({"rows", counts_.rows, table.bytes_read(), input.size()});
      if (!more) return fail(std::move(more.error()));
      if (!*more) return {};
    }
  }

  /// False at the end of the file.
  Result<bool> read_batch(Console& console, CsvTable& table, std::vector<PoolRow>& batch) {
    while (batch.size() < batch_rows) {
      auto more = table.next();
      if (!more || !*more) return more;
      ++counts_.rows;
      auto number = E164::parse(table.text("phone_number"));
      if (!number) {
        row_error(console, table.line(), "phone_number " + number.error().message);
        continue;
      }
      auto const country = table.text("country_code");
      batch.push_back({table.line(), *number, std::string(country.empty() ? "US" : country)});
    }
    return true;
  }

  Result<void> store(OperatorSession& session, std::vector<PoolRow> const& batch) {
    auto const ctx = session.context({});
    auto outcomes =
        write_and_wait(session.store(), [&](Transaction& tx) -> Result<std::vector<Result<ImportOutcome>>> {
          std::vector<Result<ImportOutcome>> all;
          for (auto const& row : batch)
            all.push_back(
                import_pool_number(tx, ctx, row.number, row.country_code, parse_carrier_name(carrier_)));
          return all;
        });
    if (!outcomes) return fail(std::move(outcomes.error()));
    for (std::size_t i = 0; i < batch.size(); ++i) {
      auto const& outcome = (*outcomes)[i];
      if (!outcome)
        row_error(session.console, batch[i].line, outcome.error().message);
      else
        ++(*outcome == ImportOutcome::added     ? counts_.added
           : *outcome == ImportOutcome::updated ? counts_.updated
                                                : counts_.unchanged);
    }
    return {};
  }

  void summary(Console& console) const {
    auto const& c = counts_;
    if (json_)
      console.out(json_line(boost::json::object{{"rows", c.rows},
                                                {"added", c.added},
                                                {"updated", c.updated},
                                                {"unchanged", c.unchanged},
                                                {"errors", c.errors}}));
    else
      console.out(grouped(c.rows) + " rows: " + grouped(c.added) + " added, " + grouped(c.updated) +
                  " updated, " + grouped(c.unchanged) + " unchanged, " + grouped(c.errors) + " errors\n");
  }

  std::string file_;
  std::string carrier_;  // empty: as it is
  bool json_ = false;
  PoolCounts counts_;
};

}  // namespace

std::unique_ptr<Command> import_pool(CLI::App& flags) { return std::make_unique<ImportPool>(flags); }

}  // namespace linebook

#include <boost/json/object.hpp>

#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/contact_batch.h"
#include "cli/contact_columns.h"
#include "cli/csv_table.h"
#include "cli/print.h"

namespace linebook {
namespace {

struct Counts {
  std::uint64_t rows = 0, added = 0, updated = 0, unchanged = 0, errors = 0;
};

class ImportContacts final : public Command {
 public:
  explicit ImportContacts(CLI::App& flags) {
    flags.add_option("file", file_, "CSV file with a header; - reads standard input")
        ->required()
        ->type_name("FILE.csv");
    flags.add_option("--account", account_, "Whose contact book")->required()->type_name("NAME");
    flags.add_option("--results", results_, "Where each row's result goes (default: FILE.csv.results.csv)")
        ->type_name("FILE");
    flags.add_flag("--dry-run", dry_run_, "Change nothing, and say what would happen");
    flags.add_flag("--ignore-unknown-columns", ignore_unknown_,
                   "Pass over columns that Linebook does not know");
    flags.add_flag("--json", json_, "Print the counts as JSON");
    flags.footer(
        "Columns, in any order: number, phone_type (cell, home, other), patient_id or doctor_id; first_name "
        "and\n"
        "last_name where the person is new; optional: primary, verified, do_not_call (true or false), email, "
        "timezone,\n"
        "date_of_birth, gender, npi.\n"
        "An import adds and fills blanks. It never overwrites what is there, and never lifts a do-not-call, "
        "so that\n"
        "running it again is always safe.");
  }

  FileAccess files() const override {
    return {.inputs = {file_}, .input_directories = {}, .outputs = {results_file()}};
  }

  ExitCode run(OperatorSession& session) override {
    auto account = account_of(session, account_);
    if (!account) return tell(session.console, account.error());
    auto input = session.console.open_input(file_);
    if (!input) return tell(session.console, input.error());
    auto table = CsvTable::open(**input, required_contact_columns(), optional_contact_columns(),
                                ignore_unknown_ ? UnknownColumns::ignore : UnknownColumns::refuse);
    if (!table) return in_file(session.console, table.error());
    auto output = session.console.create_output(results_file());
    if (!output) return tell(session.console, output.error());

    Run run{session, *account, *table, **input, **output, {}, {}};
    auto done = dry_run_ ? rehearse(run) : import(run);
    if (auto finished = (*output)->finish(); done && !finished) done = fail(std::move(finished.error()));
    if (!done) in_file(session.console, done.error());
    summary(session.console, run.counts);
    return done && run.counts.errors == 0 ? ExitCode::ok : ExitCode::failed;
  }

 private:
  struct Run {
    OperatorSession& session;
    Account const& account;
    CsvTable& table;
    InputFile& input;
    OutputFile& output;
    Counts counts;
    std::optional<Error> broken;  // why reading stopped before the end; what was read before is stored
  };

  std::string results_file() const {
    if (!results_.empty()) return results_;
    return (file_ == "-" ? std::string("contacts.csv") : file_) + ".results.csv";
  }

  ExitCode in_file(Console& console, Error error) const {
    error.message = file_ + ": " + error.message;
    return tell(console, error);
  }

  /// Empty at the end, or where the file breaks off.
  static std::shared_ptr<ContactBatch const> read_batch(Run& run, std::size_t rows) {
    auto batch = std::make_shared<ContactBatch>();
    batch->reserve(rows);
    while (batch->size() < rows && !run.broken) {
      auto more = run.table.next();
      if (!more) {
        run.broken = std::move(more.error());
        break;
      }
      if (!*more) break;
      batch->push_back({++run.counts.rows, read_contact_row(run.table)});
    }
    return batch;
  }

  Result<void> rehearse(Run& run) const {
    ContactRehearsal rehearsal(run.session, run.account.id);
    if (auto written = run.output.write(results_header); !written) return written;
    constexpr std::size_t rows = 500;
    for (auto batch = read_batch(run, rows); !batch->empty(); batch = read_batch(run, rows)) {
      auto results = rehearsal.rehearse(*batch);
      if (!results) return fail(std::move(results.error()));
      if (auto told = tell_results(run, *batch, *results); !told) return told;
    }
    return end_of(run);
  }

  Result<void> import(Run& run) const {
    ContactWriter writer(run.session, run.account.id);
    if (auto written = run.output.write(results_header); !written) return written;
    for (bool more = true; more || writer.in_flight() > 0;) {
      if (more && writer.in_flight() < contact_batches_in_flight) {
        auto batch = read_batch(run, writer.batch_rows());
        more = !batch->empty();
        if (more) writer.submit(std::move(batch));
        continue;
      }
      auto const [batch, results] = writer.take();
      if (!results) return fail(results.error());
      if (auto told = tell_results(run, *batch, *results); !told) return told;
    }
    return end_of(run);
  }

  static Result<void> end_of(Run& run) {
    if (run.broken) return fail(*run.broken);
    return {};
  }

  static constexpr std::string_view results_header = "row,status,id,message\n";

  static Result<void> tell_results(Run& run, ContactBatch const& batch, ContactResults const& results) {
    std::string text;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      auto const& result = results[i];
      text += std::to_string(batch[i].row) + ",";
      if (result) {
        count(run.counts, result->outcome);
        text += std::string(to_string(result->outcome)) + "," + result->id.value + ",";
        append_csv_field(text, result->remark);
      } else {
        if (++run.counts.errors <= max_told_errors)
          run.session.console.err("row " + std::to_string(batch[i].row) + ": " + result.error().message +
                                  "\n");
        text += "error,,";
        append_csv_field(text, result.error().message);
      }
      text += '\n';
    }
    run.session.console.progress({"rows", run.counts.rows, run.table.bytes_read(), run.input.size()});
    return run.output.write(text);
  }

  static void count(Counts& counts, ImportOutcome outcome) {
    switch (outcome) {
      case ImportOutcome::added:
        ++counts.added;
        break;
      case ImportOutcome::updated:
        ++counts.updated;
        break;
      case ImportOutcome::unchanged:
        ++counts.unchanged;
        break;
    }
  }

  void summary(Console& console, Counts const& c) const {
    if (c.errors > max_told_errors)
      console.err("and " + grouped(c.errors - max_told_errors) + " more errors\n");
    console.err("each row's result is in " + results_file() + "\n");
    if (json_) {
      console.out(json_line(boost::json::object{{"dry_run", dry_run_},
                                                {"rows", c.rows},
                                                {"added", c.added},
                                                {"updated", c.updated},
                                                {"unchanged", c.unchanged},
                                                {"errors", c.errors},
                                                {"results", results_file()}}));
      return;
    }
    console.out(grouped(c.rows) + (c.rows == 1 ? " row: " : " rows: ") + grouped(c.added) +
                (dry_run_ ? " would be added, " : " added, ") + grouped(c.updated) +
                (dry_run_ ? " would be updated, " : " updated, ") + grouped(c.unchanged) + " unchanged, " +
                grouped(c.errors) + (c.errors == 1 ? " error\n" : " errors\n"));
  }

  std::string file_;
  std::string account_;
  std::string results_;
  bool dry_run_ = false;
  bool ignore_unknown_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> import_contacts(CLI::App& flags) { return std::make_unique<ImportContacts>(flags); }

}  // namespace linebook

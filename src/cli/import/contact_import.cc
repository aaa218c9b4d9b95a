#include "cli/import/contact_import.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <map>

#include "cli/import/csv_reader.h"
#include "cli/import/import_record.h"
#include "cli/import/text_encoding.h"
#include "cli/import/understood_table.h"
#include "cli/print.h"

namespace linebook {
namespace {

constexpr std::size_t rehearsed_rows = 500;  // in one look at the books
constexpr std::size_t max_kinds = 30;        // of errors, told apart
constexpr std::string_view results_header = "row,line,status,id,message\n";

struct Counts {
  std::uint64_t rows = 0, numbers = 0, added = 0, updated = 0, unchanged = 0, errors = 0, notes = 0;
};

/// "number has only 9 digits; …" → "number has only 9 digits": so that what differs only in a row's own
/// words is one kind.
std::string kind_of(FieldError const& fault) {
  auto const text = fault.field + " " + fault.message;
  return text.substr(0, std::min(text.find_first_of(":;('"), text.size()));
}

class ContactImporting {
 public:
  ContactImporting(OperatorSession& session, Account const& account, ContactImportFlags const& flags,
                   ContactSource& source, InputFile const& input)
      : session_(session),
        console_(session.console),
        account_(account),
        flags_(flags),
        source_(source),
        input_(input) {}

  ExitCode run() {
    auto output = console_.create_output(flags_.results_file());
    if (!output) return tell(console_, output.error());
    output_ = output->get();
    auto first = read_batch(first_batch_rows);
    rows_understood_ = understood_rows(*first);
    tell_understood();
    flags_.dry_run ? show_understood(*first) : tell_form();
    auto done = flags_.dry_run ? rehearse(std::move(first)) : import(std::move(first));
    if (auto finished = (*output)->finish(); done && !finished) done = fail(std::move(finished.error()));
    if (!done) tell_in_file(console_, flags_, done.error());
    summary();
    return done && counts_.errors == 0 ? ExitCode::ok : ExitCode::failed;
  }

 private:
  static constexpr std::size_t first_batch_rows = 500;
  using Batch = std::shared_ptr<ContactBatch const>;

  /// Empty at the end, or where the file breaks off.
  Batch read_batch(std::size_t rows) {
    auto batch = std::make_shared<ContactBatch>();
    batch->reserve(rows);
    while (batch->size() < rows && !broken_ && !ended_) {
      auto more = source_.next(*batch);
      if (!more)
        broken_ = std::move(more.error());
      else if (*more)
        ++counts_.rows;
      else
        ended_ = true;
    }
    return batch;
  }

  Result<void> rehearse(Batch batch) {
    ContactRehearsal rehearsal(session_, account_.id);
    if (auto written = output_->write(results_header); !written) return written;
    for (; !batch->empty(); batch = read_batch(rehearsed_rows)) {
      auto results = rehearsal.rehearse(*batch);
      if (!results) return fail(std::move(results.error()));
      if (auto told = tell_results(*batch, *results); !told) return told;
    }
    return end_of_file();
  }

  Result<void> import(Batch next) {
    ContactWriter writer(session_, account_.id);
    if (auto written = output_->write(results_header); !written) return written;
    while (!next->empty() || writer.in_flight() > 0) {
      if (!next->empty() && writer.in_flight() < contact_batches_in_flight) {
        writer.submit(std::move(next));
        next = read_batch(writer.batch_rows());
        continue;
      }
      auto const [batch, results] = writer.take();
      if (!results) return fail(results.error());
      if (auto told = tell_results(*batch, *results); !told) return told;
    }
    auto recorded = record_import(session_, account_.id, session_.actor,
                                  {.kind = "contacts",
                                   .added = counts_.added,
                                   .updated = counts_.updated,
                                   .unchanged = counts_.unchanged,
                                   .errors = counts_.errors});
    return recorded ? end_of_file() : recorded;
  }

  Result<void> end_of_file() const {
    if (broken_) return fail(*broken_);
    return {};
  }

  Result<void> tell_results(ContactBatch const& batch, ContactResults const& results) {
    std::string text;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      auto const& row = batch[i];
      text += std::to_string(row.row) + "," + std::to_string(row.line) + ",";
      if (row.kind == RowKind::passed_over)
        tell_passed_over(row, text);
      else if (results[i])
        tell_taken(row, *results[i], text);
      else
        tell_refused(row, results[i].error(), text);
      text += '\n';
    }
    console_.progress({std::string(source_.unit()), counts_.rows, source_.bytes_read(), input_.size()});
    return output_->write(text);
  }

  std::string place(NumberedRow const& row) const {
    auto const unit = source_.unit();
    return std::string(unit.substr(0, unit.size() - 1)) + " " + std::to_string(row.row) + ", line " +
           std::to_string(row.line) + ": ";
  }

  void tell_note(NumberedRow const& row) {
    if (++counts_.notes <= max_told_errors) console_.err("warning: " + place(row) + row.note + "\n");
  }

  void tell_passed_over(NumberedRow const& row, std::string& text) {
    tell_note(row);
    text += "passed_over,,";
    append_guarded_csv_field(text, row.note);
  }

  void tell_taken(NumberedRow const& row, ImportedContact const& taken, std::string& text) {
    ++counts_.numbers;
    ++(taken.outcome == ImportOutcome::added     ? counts_.added
       : taken.outcome == ImportOutcome::updated ? counts_.updated
                                                 : counts_.unchanged);
    text += std::string(to_string(taken.outcome)) + "," + taken.id.value + ",";
    if (row.note.empty()) return append_guarded_csv_field(text, taken.remark);
    tell_note(row);
    append_guarded_csv_field(text, taken.remark.empty() ? row.note : taken.remark + "; " + row.note);
  }

  void tell_refused(NumberedRow const& row, Error const& error, std::string& text) {
    ++counts_.numbers;
    auto const message = error.message + (row.note.empty() ? "" : " (" + row.note + ")");
    if (++counts_.errors <= max_told_errors) console_.err(place(row) + message + "\n");
    for (auto const& fault : error.details)
      if (auto const kind = kind_of(fault); kinds_.size() < max_kinds || kinds_.contains(kind))
        ++kinds_[kind];
    text += "error,,";
    append_guarded_csv_field(text, message);
  }

  /// Once, and again where letters that came late told the encoding better.
  void tell_form() {
    auto form = source_.told();
    if (form == told_form_) return;
    console_.err(flags_.file + ": " + form + "\n");
    told_form_ = std::move(form);
  }

  void show_understood(ContactBatch const& batch) {
    told_form_ = source_.told();
    auto const table =
        flags_.file + ": " + told_form_ + "\n\n" + understood_table(source_.columns(), batch, source_.unit());
    flags_.json ? console_.err(table) : console_.out(table);
  }

  void tell_understood() {
    auto file = source_.understood();
    file.rows = rows_understood_;
    for (auto const& [kind, count] : kinds_) file.faults.push_back({kind, count});
    console_.understood(file);
  }

  void summary() {
    tell_understood();
    tell_form();
    if (counts_.errors > max_told_errors)
      console_.err("and " + grouped(counts_.errors - max_told_errors) + " more errors\n");
    if (counts_.notes > max_told_errors)
      console_.err("and " + grouped(counts_.notes - max_told_errors) + " more warnings\n");
    for (auto const& [kind, count] : kinds_) console_.err("  " + grouped(count) + " × " + kind + "\n");
    if (auto const left = left_out(); !left.empty()) console_.err("left out: " + left + "\n");
    console_.err("each row's result is in " + flags_.results_file() + "\n");
    console_.out(flags_.json ? as_json() : as_text());
  }

  std::string left_out() const {
    auto const& left = source_.left_out();
    std::string text;
    auto const add = [&text](std::uint64_t n, std::string_view one, std::string_view many) {
      if (n > 0) text += (text.empty() ? "" : ", ") + counted(n, one, many);
    };
    add(left.faxes, "fax number", "fax numbers");
    add(left.pagers, "pager or other number that nobody talks on",
        "pagers and other numbers that nobody talks on");
    add(left.without_number, "person without a number to call", "people without a number to call");
    add(left.empty_rows, "empty row", "empty rows");
    std::string columns;
    for (auto const& [name, becomes] : source_.columns())
      if (becomes.empty()) columns += (columns.empty() ? "" : ", ") + shown(name);
    if (!columns.empty()) text += (text.empty() ? "columns " : "; columns ") + columns;
    return text;
  }

  std::string as_json() const {
    auto const& c = counts_;
    auto const& left = source_.left_out();
    return json_line(
        boost::json::object{{"dry_run", flags_.dry_run},
                            {"read_as", source_.told()},
                            {"rows", c.rows},
                            {"numbers", c.numbers},
                            {"added", c.added},
                            {"updated", c.updated},
                            {"unchanged", c.unchanged},
                            {"errors", c.errors},
                            {"warnings", c.notes},
                            {"left_out", boost::json::object{{"fax", left.faxes},
                                                             {"pager", left.pagers},
                                                             {"without_number", left.without_number},
                                                             {"empty_rows", left.empty_rows}}},
                            {"results", flags_.results_file()}});
  }

  std::string as_text() const {
    auto const& c = counts_;
    auto const would = flags_.dry_run ? " would be" : "";
    auto const items = c.numbers == c.rows ? std::string() : counted(c.numbers, "number", "numbers") + " in ";
    std::string unit(source_.unit());
    if (c.rows == 1) unit.pop_back();
    return items + grouped(c.rows) + " " + unit + ": " + grouped(c.added) + would + " added, " +
           grouped(c.updated) + would + " updated, " + grouped(c.unchanged) + " unchanged, " +
           counted(c.errors, "error", "errors") + "\n";
  }

  OperatorSession& session_;
  Console& console_;
  Account const& account_;
  ContactImportFlags const& flags_;
  ContactSource& source_;
  InputFile const& input_;
  OutputFile* output_ = nullptr;
  Counts counts_;
  std::map<std::string, std::uint64_t> kinds_;
  std::vector<UnderstoodRow> rows_understood_;
  std::string told_form_;
  std::optional<Error> broken_;  // why reading stopped before the end; what was read before is stored
  bool ended_ = false;
};

}  // namespace

void ContactImportFlags::declare(CLI::App& app, std::string const& type_name, std::string const& says) {
  app.add_option("file", file, says)->required()->type_name(type_name);
  app.add_option("--account", account, "Whose contact book")->required()->type_name("NAME");
  app.add_option("--results", results, "Where each row's result goes (default: FILE.results.csv)")
      ->type_name("FILE");
  app.add_flag("--dry-run", dry_run, "Change nothing; show what was understood, and say what would happen");
  app.add_flag("--json", json, "Print the counts as JSON");
}

std::string ContactImportFlags::results_file() const {
  if (!results.empty()) return results;
  return (file == "-" ? std::string("contacts.csv") : file) + ".results.csv";
}

ExitCode tell_in_file(Console& console, ContactImportFlags const& flags, Error error) {
  error.message = flags.file + ": " + error.message;
  return tell(console, error);
}

ExitCode run_contact_import(OperatorSession& session, Account const& account, ContactImportFlags const& flags,
                            ContactSource& source, InputFile const& input) {
  return ContactImporting(session, account, flags, source, input).run();
}

}  // namespace linebook

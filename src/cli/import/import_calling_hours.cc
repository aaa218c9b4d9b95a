#include <boost/json/object.hpp>

#include "app/ledger/ledger_fields.h"
#include "app/ports/blocking.h"
#include "base/calendar_date.h"
#include "cli/command.h"
#include "cli/print.h"
#include "domain/reach/calling_hours.h"

namespace linebook {
namespace {

/// At most one byte more than a table may have, which is then refused as too long.
Result<std::string> read_whole(InputFile& file) {
  std::string text;
  while (text.size() <= max_calling_hours_bytes) {
    char buffer[4096];
    auto n = file.read(buffer, sizeof buffer);
    if (!n) return fail(std::move(n.error()));
    if (*n == 0) break;
    text.append(buffer, *n);
  }
  return text;
}

class ImportCallingHours final : public Command {
 public:
  explicit ImportCallingHours(CLI::App& flags) {
    flags
        .add_option(
            "file", file_,
            "CSV: state, mon_fri, sat, sun, holidays, with hours such as 08:00-20:00 or none; - reads stdin")
        ->required()
        ->type_name("FILE.csv");
    flags.add_option("--as-of", as_of_, "The date of the data (default: what a line \"# As of: …\" says)")
        ->type_name("DATE");
    flags.add_option("--source", source_, "Where it is from (default: what a line \"# Source: …\" says)")
        ->type_name("TEXT");
    flags.add_flag("--json", json_, "Print one JSON object instead");
    flags.footer(
        "The table takes the place of the whole one before, in every account and on every node at once; a "
        "table with "
        "a line at fault changes nothing.");
  }

  Beginning beginning() const override { return Beginning::make; }
  FileAccess files() const override { return {.inputs = {file_}, .input_directories = {}, .outputs = {}}; }

  ExitCode run(OperatorSession& session) override {
    auto input = session.console.open_input(file_);
    if (!input) return tell(session.console, input.error());
    auto text = read_whole(**input);
    if (!text) return tell(session.console, text.error());
    auto head = CallingHours::head_of(*text);
    auto const hours = CallingHours::parse(*text, source_.empty() ? std::move(head.source) : source_,
                                           as_of_.empty() ? std::move(head.as_of) : as_of_);
    if (!hours) return tell(session.console, hours.error());
    // A day more, for who is ahead of UTC.
    if (parse_date(hours->as_of()).value_or(0) > utc_day(session.installation.clock.now()) + 1)
      return tell(session.console, validation_error({{"as_of", "must not be in the future"}}));
    auto version = write_and_wait(session.store(), [&](Transaction& tx) -> Result<std::int64_t> {
      auto const ctx = session.context({});
      auto const next = tx.calling_hours().version() + 1;
      tx.calling_hours().insert({.version = next,
                                 .source = hours->source(),
                                 .as_of = hours->as_of(),
                                 .csv = hours->csv(),
                                 .loaded_at = ctx.now});
      record(tx, ctx, Entity::calling_hours, "calling_hours", Action::updated, {},
             {{"version", next}, {"source", hours->source()}, {"as_of", hours->as_of()}});
      return next;
    });
    if (!version) return tell(session.console, version.error());
    print(session.console, *hours);
    return ExitCode::ok;
  }

 private:
  void print(Console& console, CallingHours const& hours) const {
    if (json_)
      console.out(json_line(boost::json::object{
          {"states", hours.all().size()}, {"source", hours.source()}, {"as_of", hours.as_of()}}));
    else
      console.out("the hours of " + counted(hours.all().size(), "state", "states") + ", as of " +
                  hours.as_of() + ", hold from now on\n");
  }

  std::string file_;
  std::string as_of_;
  std::string source_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> import_calling_hours(CLI::App& flags) {
  return std::make_unique<ImportCallingHours>(flags);
}

}  // namespace linebook

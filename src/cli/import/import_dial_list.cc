#include <algorithm>

#include "app/dialing/dial_lists.h"
#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/import/csv_table.h"
#include "cli/import/whole_file_import.h"
#include "cli/print.h"

namespace linebook {
namespace {

constexpr std::string_view required_of_dial_entry[] = {"type", "id"};
constexpr std::size_t people_of_a_transaction = 1000;

struct NamedPerson {
  std::size_t line;  // of the file
  PersonRef person;
};

/// Every row is read and checked before the first one is added, so that a file that is at fault adds nobody.
class ImportDialList final : public Command {
 public:
  explicit ImportDialList(CLI::App& flags) {
    flags.add_option("list", list_, "The dial list's id")->required()->type_name("dl_…");
    flags.add_option("file", file_, "CSV with a header: type (patient or doctor), id; - reads stdin")
        ->required()
        ->type_name("FILE.csv");
    flags.add_option("--account", account_, "Whose dial list")->required()->type_name("NAME");
    flags.add_flag("--json", json_, "Print the counts as JSON");
    flags.footer(
        "The file is taken whole or not at all: a row at fault is told with its line. Whoever is in the list "
        "already stays as they are.");
  }

  FileAccess files() const override { return {.inputs = {file_}, .input_directories = {}, .outputs = {}}; }

  ExitCode run(OperatorSession& session) override {
    auto account = account_of(session, account_);
    if (!account) return tell(session.console, account.error());
    if (auto done = read(session); !done) return refused(session, done.error());
    if (auto done = check(session, account->id); !done) return refused(session, done.error());
    if (errors_ > 0) {
      if (errors_ > max_told_errors)
        session.console.err("… and " + grouped(errors_ - max_told_errors) + " more\n");
      session.console.err("nobody was added from " + file_ + ": mend " + counted(errors_, "row", "rows") +
                          " and import it again\n");
      return ExitCode::failed;
    }
    auto done = add(session, account->id);
    summary(session.console);
    return done ? ExitCode::ok : refused(session, done.error());
  }

 private:
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
    auto table = CsvTable::open(**input, required_of_dial_entry, {});
    if (!table) return fail(std::move(table.error()));
    for (;;) {
      auto more = table->next();
      if (!more) return fail(std::move(more.error()));
      if (!*more) return {};
      if (people_.size() == max_rows_of_whole_file)
        return fail(ErrorCode::validation_error,
                    "has more than " + grouped(max_rows_of_whole_file) + " rows; split it");
      auto const type = parse_person_type(table->text("type"));
      auto const id = table->text("id");
      if (!type)
        row_error(session.console, table->line(), "type must be one of patient, doctor");
      else if (!is_choosable_id(id))
        row_error(session.console, table->line(), "id must be the id of a patient or a doctor");
      else
        people_.push_back({table->line(), {*type, {std::string(id)}}});
    }
  }

  template <class Batch>
  Result<void> each_batch(Batch batch) {
    for (std::size_t begin = 0; begin < people_.size(); begin += people_of_a_transaction) {
      std::span const some(people_.data() + begin, std::min(people_of_a_transaction, people_.size() - begin));
      if (auto done = batch(some); !done) return done;
    }
    return {};
  }

  Result<void> check(OperatorSession& session, AccountId account) {
    auto const list = read_and_wait(session.store(), [&](Transaction const& tx) -> Result<DialList> {
      auto found = tx.dial_lists().look_at(account, {list_});
      if (!found) return fail(not_found("dial list"));
      return std::move(*found);
    });
    if (!list) return fail(list.error());
    return each_batch([&](std::span<NamedPerson const> some) -> Result<void> {
      auto const missing =
          read_and_wait(session.store(), [&](Transaction const& tx) -> Result<std::vector<NamedPerson>> {
            std::vector<NamedPerson> absent;
            for (auto const& named : some)
              if (!tx.people().find(account, named.person)) absent.push_back(named);
            return absent;
          });
      if (!missing) return fail(missing.error());
      for (auto const& [line, person] : *missing)
        row_error(session.console, line,
                  "the account has no " + std::string(to_string(person.type)) + " " + person.id.value);
      return {};
    });
  }

  Result<void> add(OperatorSession& session, AccountId account) {
    return each_batch([&](std::span<NamedPerson const> some) -> Result<void> {
      AddDialEntries command;
      for (auto const& named : some) command.people.push_back(named.person);
      auto const ctx = session.context(account);
      auto const added = write_and_wait(session.store(), [&](Transaction& tx) -> Result<AddedDialEntries> {
        return add_dial_entries(tx, ctx, {list_}, command);
      });
      if (!added) return fail(added.error());
      added_ += static_cast<std::uint64_t>(added->added);
      known_ += static_cast<std::uint64_t>(added->already_listed);
      session.console.progress({"people", added_ + known_, added_ + known_, people_.size()});
      return {};
    });
  }

  void summary(Console& console) const {
    if (json_)
      console.out(json_line(
          boost::json::object{{"rows", people_.size()}, {"added", added_}, {"already_listed", known_}}));
    else
      console.out(counted(people_.size(), "row", "rows") + ": " + grouped(added_) + " added, " +
                  grouped(known_) + " in the list already\n");
  }

  std::string list_;
  std::string file_;
  std::string account_;
  bool json_ = false;
  std::vector<NamedPerson> people_;
  std::uint64_t errors_ = 0, added_ = 0, known_ = 0;
};

}  // namespace

std::unique_ptr<Command> import_dial_list(CLI::App& flags) { return std::make_unique<ImportDialList>(flags); }

}  // namespace linebook

#include "app/ports/blocking.h"
#include "base/calendar_date.h"
#include "cli/command.h"
#include "cli/exported_file.h"
#include "cli/print.h"

namespace linebook {
namespace {

constexpr std::int64_t queries_a_page = 1000;

class ExportReassignedQuery final : public Command {
 public:
  explicit ExportReassignedQuery(CLI::App& flags) {
    flags.add_option("--account", account_, "Whose contact book")->required()->type_name("NAME");
    ExportedFile::add_flag(flags, output_, "FILE.csv");
    flags.footer(
        "Each number with the date of its latest consent or verification, as the Reassigned Numbers Database "
        "asks "
        "for it; its answers come back with `linebook import reassigned`.");
  }

  FileAccess files() const override { return ExportedFile::access(output_); }

  ExitCode run(OperatorSession& session) override {
    auto account = account_of(session, account_);
    if (!account) return tell(session.console, account.error());
    auto file = ExportedFile::open(session.console, output_);
    if (!file) return tell(session.console, file.error());
    std::uint64_t rows = 0;
    std::string last;
    for (Result<void> done;;) {
      auto page = read_and_wait(
          session.store(),
          [&](Transaction const& tx) -> Result<std::vector<ReassignedQuery>> {
            return tx.reassigned_numbers().to_ask(account->id, last, queries_a_page);
          },
          ReadCost::long_walk);
      if (!page) return tell(session.console, page.error());
      std::string text;
      for (auto const& [number, confirmed_at] : *page)
        text += number.str() + "," + to_date_text(utc_day(confirmed_at)) + "\n";
      done = file->write(text);
      rows += page->size();
      bool const is_last = std::ssize(*page) < queries_a_page;
      if (done && is_last) done = file->finish();
      if (!done) return tell(session.console, done.error());
      if (is_last) break;
      last = page->back().number.str();
    }
    session.console.err("exported " + counted(rows, "number", "numbers") + "\n");
    return ExitCode::ok;
  }

 private:
  std::string account_;
  std::string output_;
};

}  // namespace

std::unique_ptr<Command> export_reassigned_query(CLI::App& flags) {
  return std::make_unique<ExportReassignedQuery>(flags);
}

}  // namespace linebook

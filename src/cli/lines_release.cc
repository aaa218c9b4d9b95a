#include "app/lines/pool.h"
#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/print.h"

namespace linebook {
namespace {

struct Released {
  std::string account;
  std::string line;
};

class LinesRelease final : public Command {
 public:
  explicit LinesRelease(CLI::App& flags) {
    flags.add_option("number", number_, "The number, in E.164: +15855550100")
        ->required()
        ->type_name("NUMBER");
    flags.add_flag("--json", json_, "Print whose line it was as one JSON object");
  }

  ExitCode run(OperatorSession& session) override {
    auto const number = E164::parse(number_);
    if (!number) {
      session.console.err("linebook: '" + number_ + "' " + number.error().message + "\n");
      return ExitCode::usage;
    }
    auto const ctx = session.context({});
    auto done = write_and_wait(session.store(), [&](Transaction& tx) -> Result<Released> {
      auto released = release_line_number(tx, ctx, *number);
      if (!released) return fail(std::move(released.error()));
      auto const account = tx.accounts().find(released->account);
      return Released{account ? account->name : "?", released->line.id.value};
    });
    if (!done) return tell(session.console, done.error());
    session.console.err("released " + number_ + ": took the line " + done->line + " of the account '" +
                        done->account + "' out of service\n");
    if (json_)
      session.console.out(json_line(boost::json::object{
          {"phone_number", number->str()}, {"account", done->account}, {"line_id", done->line}}));
    return ExitCode::ok;
  }

 private:
  std::string number_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> lines_release(CLI::App& flags) { return std::make_unique<LinesRelease>(flags); }

}  // namespace linebook

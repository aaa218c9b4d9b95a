#include "app/lines/pool.h"
#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/print.h"

namespace linebook {
namespace {

class PoolWithdraw final : public Command {
 public:
  explicit PoolWithdraw(CLI::App& flags) {
    flags.add_option("number", number_, "The number, in E.164: +15855550100")
        ->required()
        ->type_name("NUMBER");
    flags.add_flag("--json", json_, "Print the number as one JSON object");
  }

  ExitCode run(OperatorSession& session) override {
    auto const number = E164::parse(number_);
    if (!number) {
      session.console.err("linebook: '" + number_ + "' " + number.error().message + "\n");
      return ExitCode::usage;
    }
    auto const ctx = session.context({});
    auto done = write_and_wait(session.store(),
                               [&](Transaction& tx) { return withdraw_pool_number(tx, ctx, *number); });
    if (!done) return tell(session.console, done.error());
    session.console.err("withdrew " + number_ + " from the pool\n");
    if (json_) session.console.out(json_line(pool_number_json(*done, ctx.now)));
    return ExitCode::ok;
  }

 private:
  std::string number_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> pool_withdraw(CLI::App& flags) { return std::make_unique<PoolWithdraw>(flags); }

}  // namespace linebook

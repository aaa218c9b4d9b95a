#include "cli/change_of_one.h"

#include "app/ports/blocking.h"
#include "cli/print.h"
#include "domain/numbers/e164.h"

namespace linebook {
namespace {

class ChangeCommand final : public Command {
 public:
  ChangeCommand(CLI::App& flags, ChangeOfOne const& frame) : frame_(frame) {
    flags.add_option(frame.argument, argument_, frame.argument_help)
        ->required()
        ->type_name(frame.argument_type);
    flags.add_flag("--json", json_, frame.json_help);
  }

  Beginning beginning() const override { return frame_.beginning; }

  ExitCode run(OperatorSession& session) override {
    if (frame_.misuse != nullptr)
      if (auto const misuse = frame_.misuse(argument_)) {
        tell(session.console, *misuse);
        return ExitCode::usage;
      }
    auto const ctx = session.context({});
    auto done =
        write_and_wait(session.store(), [&](Transaction& tx) { return frame_.change(tx, ctx, argument_); });
    if (!done) return tell(session.console, done.error());
    session.console.err(done->told + "\n");
    if (json_) session.console.out(json_line(done->shown));
    return ExitCode::ok;
  }

 private:
  ChangeOfOne const frame_;
  std::string argument_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> change_of_one(CLI::App& flags, ChangeOfOne const& frame) {
  return std::make_unique<ChangeCommand>(flags, frame);
}

std::optional<Error> misuse_of_number(std::string const& argument) {
  auto const number = E164::parse(argument);
  if (number) return std::nullopt;
  return Error{ErrorCode::validation_error, "'" + argument + "' " + number.error().message};
}

}  // namespace linebook

#include "app/lines/pool.h"
#include "cli/change_of_one.h"

namespace linebook {
namespace {

Result<ChangeOfOne::Done> release(Transaction& tx, Context const& ctx, std::string const& written) {
  auto const number = E164::parse(written).value();
  auto const released = release_line_number(tx, ctx, number);
  if (!released) return fail(released.error());
  auto const account = tx.accounts().find(released->account);
  auto const name = account ? account->name : "?";
  auto const& line = released->line.id.value;
  return ChangeOfOne::Done{
      "released " + written + ": took the line " + line + " of the account '" + name + "' out of service",
      {{"phone_number", number.str()}, {"account", name}, {"line_id", line}}};
}

}  // namespace

std::unique_ptr<Command> lines_release(CLI::App& flags) {
  return change_of_one(flags, {.argument = "number",
                               .argument_help = "The number, in E.164: +15855550100",
                               .argument_type = "NUMBER",
                               .json_help = "Print whose line it was as one JSON object",
                               .change = release,
                               .misuse = misuse_of_number});
}

}  // namespace linebook

#include "app/lines/pool.h"
#include "cli/change_of_one.h"
#include "cli/print.h"

namespace linebook {
namespace {

Result<ChangeOfOne::Done> withdraw(Transaction& tx, Context const& ctx, std::string const& number) {
  auto const withdrawn = withdraw_pool_number(tx, ctx, E164::parse(number).value());
  if (!withdrawn) return fail(withdrawn.error());
  return ChangeOfOne::Done{"withdrew " + number + " from the pool", pool_number_json(*withdrawn, ctx.now)};
}

}  // namespace

std::unique_ptr<Command> pool_withdraw(CLI::App& flags) {
  return change_of_one(flags, {.argument = "number",
                               .argument_help = "The number, in E.164: +15855550100",
                               .argument_type = "NUMBER",
                               .json_help = "Print the number as one JSON object",
                               .change = withdraw,
                               .misuse = misuse_of_number});
}

}  // namespace linebook

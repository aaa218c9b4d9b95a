#include <boost/json/array.hpp>

#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/print.h"

namespace linebook {
namespace {

class PoolList final : public Command {
 public:
  explicit PoolList(CLI::App& flags) { flags.add_flag("--json", json_, "Print one JSON array instead"); }

  ExitCode run(OperatorSession& session) override {
    auto numbers = read_and_wait(
        session.store(),
        [](Transaction const& tx) -> Result<std::vector<PoolNumber>> { return tx.pool().list(); });
    if (!numbers) return tell(session.console, numbers.error());
    boost::json::array rows;
    std::string text;
    auto const now = session.installation.clock.now();
    for (auto const& number : *numbers) {
      bool const rests = number.rests_until && *number.rests_until > now;
      if (json_)
        rows.push_back(pool_number_json(number, now));
      else
        text += number.number.str() + "\t" + number.country_code + "\t" + pool_state(number, now) + "\t" +
                time_or_dash(rests ? number.rests_until : std::nullopt) + "\n";
    }
    session.console.out(json_ ? json_line(rows) : text);
    return ExitCode::ok;
  }

 private:
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> pool_list(CLI::App& flags) { return std::make_unique<PoolList>(flags); }

}  // namespace linebook

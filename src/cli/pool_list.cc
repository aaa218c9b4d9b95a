#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

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
      auto const state =
          std::string(rests && number.state == PoolState::available ? "resting" : to_string(number.state));
      if (json_)
        rows.push_back(
            boost::json::object{{"phone_number", number.number.str()},
                                {"country_code", number.country_code},
                                {"area_code", number.area_code ? boost::json::value(*number.area_code)
                                                               : boost::json::value(nullptr)},
                                {"state", state},
                                {"rests_until", json_time(rests ? number.rests_until : std::nullopt)}});
      else
        text += number.number.str() + "\t" + number.country_code + "\t" + state + "\t" +
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

#include <atomic>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <future>

#include "cli/command.h"
#include "cli/print.h"

namespace linebook {
namespace {

constexpr std::chrono::milliseconds between_check_reports{100};

struct CheckGivenUp {};

class Check final : public Command {
 public:
  explicit Check(CLI::App& flags) {
    flags.add_flag("--json", json_, "Print what was found as one JSON object");
    flags.footer(
        "Works while the server runs. This is about the database's own structures; whether what they hold is "
        "what the ledger tells, `linebook audit verify --books` finds out.");
  }

  Afterwards afterwards() const override { return Afterwards::leave; }

  ExitCode run(OperatorSession& session) override {
    auto& console = session.console;
    auto const verdict = checked(session);
    if (!verdict) return tell(console, verdict.error());
    console.out(json_ ? as_json(*verdict) : as_text(*verdict));
    if (verdict->sound()) return ExitCode::ok;
    console.err(
        "linebook: the database is damaged. Stop the server, keep the files as they are, check the disk and "
        "its cables or volume, and restore the newest backup (`linebook restore FILE`, on PostgreSQL its own "
        "way); then run this and `linebook audit verify --books` again.\n");
    return ExitCode::failed;
  }

 private:
  /// On a thread of its own, so that a client that has gone is noticed within a table.
  static Result<DatabaseVerdict> checked(OperatorSession& session) {
    std::atomic<std::uint64_t> done{0};
    std::atomic<std::uint64_t> total{0};
    std::atomic<bool> given_up{false};
    auto const work = [&]() -> Result<DatabaseVerdict> {
      try {
        return session.installation.checks.check_database([&](std::uint64_t so_far, std::uint64_t of) {
          done = so_far;
          total = of;
          if (given_up) throw CheckGivenUp();
        });
      } catch (CheckGivenUp const&) {
        return fail(ErrorCode::unavailable, "checking was given up");
      }
    };
    auto verdict = std::async(std::launch::async, work);
    auto const report = [&] { session.console.progress({"tables", done, done, total}); };
    try {
      while (verdict.wait_for(between_check_reports) != std::future_status::ready) report();
      report();
    } catch (ConsoleLost const&) {
      given_up = true;
      verdict.wait();
      throw;
    }
    return verdict.get();
  }

  static std::string as_text(DatabaseVerdict const& v) {
    std::string text = v.sound() ? "sound\n" : "NOT SOUND\n";
    for (auto const& fault : v.faults) text += "  " + fault.where + ": " + fault.what + "\n";
    for (auto const& what : v.checked) text += "checked: " + what + "\n";
    for (auto const& what : v.unchecked) text += "not checked: " + what + "\n";
    return text;
  }

  static std::string as_json(DatabaseVerdict const& v) {
    boost::json::array faults, checked_parts, unchecked;
    for (auto const& fault : v.faults)
      faults.push_back(boost::json::object{{"where", fault.where}, {"what", fault.what}});
    for (auto const& what : v.checked) checked_parts.emplace_back(what);
    for (auto const& what : v.unchecked) unchecked.emplace_back(what);
    return json_line(boost::json::object{{"sound", v.sound()},
                                         {"faults", std::move(faults)},
                                         {"checked", std::move(checked_parts)},
                                         {"not_checked", std::move(unchecked)}});
  }

  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> check(CLI::App& flags) { return std::make_unique<Check>(flags); }

}  // namespace linebook

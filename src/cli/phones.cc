#include <algorithm>
#include <chrono>
#include <thread>

#include "app/ports/simulated_phones.h"
#include "cli/command.h"
#include "cli/print.h"

namespace linebook {
namespace {

constexpr std::chrono::milliseconds look_interval{300};
constexpr std::size_t phones_watched = 200;

class Phones final : public Command {
 public:
  explicit Phones(CLI::App& flags) {
    flags.add_option("--account", account_, "Whose lines call and text them (default demo)")
        ->type_name("NAME");
    flags.add_flag("--once", once_, "Print what there is, and end");
    flags.footer("Of a server that runs with --demo. Ends with Ctrl-C.");
  }

  ExitCode run(OperatorSession& session) override {
    auto* const phones = session.installation.simulated_phones;
    if (phones == nullptr)
      return tell(session.console,
                  {ErrorCode::not_found,
                   "no simulated phones here: they answer while `linebook serve --demo` runs",
                   {}});
    auto const account = account_of(session, account_);
    if (!account) return tell(session.console, account.error());
    Instant shown_up_to{0};
    for (std::uint64_t items = 0;;) {
      auto const fresh = since(phones->all(account->id, phones_watched), shown_up_to);
      for (auto const& line : fresh) session.console.out(line);
      items += fresh.size();
      if (once_) return ExitCode::ok;
      // Tells also whether anybody still looks.
      session.console.progress({"calls and texts", items});
      std::this_thread::sleep_for(look_interval);
    }
  }

 private:
  /// What came to the phones after `up_to`, oldest first, and moves it on.
  static std::vector<std::string> since(std::vector<SimulatedPhone> const& phones, Instant& up_to) {
    std::vector<std::pair<Instant, std::string>> items;
    for (auto const& phone : phones)
      for (auto const& item : phone.inbox)
        if (item.at > up_to) items.emplace_back(item.at, line_of(phone, item));
    std::ranges::sort(items);
    std::vector<std::string> lines;
    for (auto& [at, line] : items) {
      up_to = std::max(up_to, at);
      lines.push_back(std::move(line));
    }
    return lines;
  }

  static std::string line_of(SimulatedPhone const& phone, PhoneItem const& item) {
    auto line = to_rfc3339(item.at) + "\t" + phone.number.str() + "\t" +
                (item.kind == PhoneItem::Kind::text ? "text" : "call") + " from " + item.from + "\t";
    if (item.kind == PhoneItem::Kind::text) return line + printable(item.text) + "\n";
    for (auto const& sentence : item.heard) line += printable(sentence) + " ";
    return line + "\n";
  }

  /// A text may hold what moves a terminal's cursor.
  static std::string printable(std::string text) {
    for (char& c : text)
      if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
    return text;
  }

  std::string account_ = "demo";
  bool once_ = false;
};

}  // namespace

std::unique_ptr<Command> phones(CLI::App& flags) { return std::make_unique<Phones>(flags); }

}  // namespace linebook

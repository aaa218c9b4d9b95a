#include <algorithm>
#include <chrono>
#include <map>
#include <ranges>
#include <thread>
#include <utility>

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
    if (!once_) session.console.err("Watching the simulated phones of " + account->name + ". Ctrl-C ends.\n");
    for (Shown shown;;) {
      for (auto const& line : fresh(phones->all(account->id, phones_watched), shown))
        session.console.out(line);
      if (once_) return ExitCode::ok;
      session.console.flush();
      std::this_thread::sleep_for(look_interval);
    }
  }

 private:
  /// What of each phone was shown: its latest moment, and how many items of that moment.
  struct UpTo {
    Instant at{0};
    std::ptrdiff_t items = 0;
  };
  using Shown = std::map<std::string, UpTo>;

  /// What came to the phones since, oldest first.
  static std::vector<std::string> fresh(std::vector<SimulatedPhone> const& phones, Shown& shown) {
    std::vector<std::pair<Instant, std::string>> items;
    for (auto const& phone : phones) {
      auto& up_to = shown[phone.number.str()];
      auto const seen = std::exchange(up_to, latest(phone, up_to));
      std::ptrdiff_t of_that_moment = 0;
      for (auto const& item : phone.inbox | std::views::reverse) {
        if (item.at < seen.at || (item.at == seen.at && ++of_that_moment <= seen.items)) continue;
        items.emplace_back(item.at, line_of(phone, item));
      }
    }
    std::ranges::stable_sort(items, {}, [](auto const& item) { return item.first; });
    std::vector<std::string> lines;
    for (auto& [at, line] : items) lines.push_back(std::move(line));
    return lines;
  }

  static UpTo latest(SimulatedPhone const& phone, UpTo before) {
    if (phone.inbox.empty()) return before;
    auto const at = phone.inbox.front().at;
    return {at, std::ranges::count(phone.inbox, at, &PhoneItem::at)};
  }

  /// "2026-12-01T17:30:05Z  +15855550101  text from +12125550100  Your appointment is tomorrow."
  static std::string line_of(SimulatedPhone const& phone, PhoneItem const& item) {
    bool const is_text = item.kind == PhoneItem::Kind::text;
    std::string said = item.text;
    for (auto const& sentence : item.heard) said += (said.empty() ? "" : " ") + sentence;
    if (!is_text && said.empty()) said = "(heard nothing)";
    return to_rfc3339(item.at) + "  " + phone.number.str() + (is_text ? "  text from " : "  call from ") +
           item.from + "  " + printable(said) + "\n";
  }

  /// A text may hold what moves a terminal's cursor, or turns the direction of what follows.
  static std::string printable(std::string_view text) {
    std::string shown;
    for (std::size_t at = 0; at < text.size();) {
      auto const rest = text.substr(at);
      std::size_t hidden = 0;
      if (auto const c = static_cast<unsigned char>(rest.front()); c < ' ' || c == 0x7f) hidden = 1;
      for (auto const& [first, last] : unprintable)
        if (rest.size() >= first.size() && rest.substr(0, first.size()) >= first &&
            rest.substr(0, last.size()) <= last)
          hidden = first.size();
      shown += hidden > 0 ? ' ' : rest.front();
      at += std::max<std::size_t>(1, hidden);
    }
    return shown;
  }

  /// U+0080…U+009F, which control terminals; U+200E…U+200F, U+202A…U+202E and U+2066…U+2069, which turn
  /// directions; U+2028…U+2029, which end lines. In UTF-8.
  static constexpr std::pair<std::string_view, std::string_view> unprintable[] = {
      {"\xc2\x80", "\xc2\x9f"},
      {"\xe2\x80\x8e", "\xe2\x80\x8f"},
      {"\xe2\x80\xa8", "\xe2\x80\xae"},
      {"\xe2\x81\xa6", "\xe2\x81\xa9"}};

  std::string account_ = "demo";
  bool once_ = false;
};

}  // namespace

std::unique_ptr<Command> phones(CLI::App& flags) { return std::make_unique<Phones>(flags); }

}  // namespace linebook

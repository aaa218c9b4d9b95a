#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>

#include "app/ports/list_drafts.h"
#include "cli/command.h"
#include "cli/print.h"

namespace linebook {
namespace {

std::int64_t age_in_days(DoNotCallList const& list, Instant now) {
  auto const day = parse_rfc3339(list.as_of + "T00:00:00Z");
  return day ? (now.seconds() - day->seconds()) / std::chrono::seconds(std::chrono::days(1)).count() : 0;
}

class ListsShow final : public Command {
 public:
  explicit ListsShow(CLI::App& flags) {
    flags.add_flag("--json", json_, "Print one JSON object instead");
    flags.footer("Exits 1 where the file of a list cannot be used.");
  }

  ExitCode run(OperatorSession& session) override {
    auto const lists = session.installation.list_drafts.published();
    if (!lists) return tell(session.console, lists.error());
    auto const troubles = session.installation.lists.troubles();
    auto const now = session.installation.clock.now();
    boost::json::array rows;
    std::string text;
    for (auto const& list : *lists) {
      auto const age = age_in_days(list, now);
      if (json_)
        rows.push_back(boost::json::object{{"name", list.name},
                                           {"as_of", list.as_of},
                                           {"age_days", age},
                                           {"numbers", list.numbers},
                                           {"bytes", list.bytes},
                                           {"version", list.version}});
      else
        text += list.name + "\t" + list.as_of + "\t" +
                counted(static_cast<std::uint64_t>(age), "day old", "days old") + "\t" +
                counted(list.numbers, "number", "numbers") + "\t" + counted(list.bytes, "byte", "bytes") +
                "\n";
    }
    if (json_) {
      boost::json::array words;
      for (auto const& trouble : troubles) words.push_back(boost::json::value(trouble));
      text = json_line(boost::json::object{{"lists", std::move(rows)}, {"troubles", std::move(words)}});
    } else {
      for (auto const& trouble : troubles) session.console.err("linebook: " + trouble + "\n");
    }
    session.console.out(text);
    return troubles.empty() ? ExitCode::ok : ExitCode::failed;
  }

 private:
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> lists_show(CLI::App& flags) { return std::make_unique<ListsShow>(flags); }

}  // namespace linebook

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <thread>
#include <utility>

#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/print.h"
#include "domain/sync/fhir_sync_counts.h"
#include "domain/text/short_duration.h"
#include "sync/fhir_sync.h"

namespace linebook {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest_rest{500};  // between two looks at whether somebody is still there

Result<std::chrono::seconds> parse_interval(std::string const& text) {
  auto const interval = parse_short_duration(text);
  if (!interval || *interval < min_sync_interval || *interval > max_sync_interval)
    return fail(ErrorCode::validation_error,
                "--every must be a time from 10s to 30d, such as 30s, 5m, 2h or 1d");
  return *interval;
}

/// The token is all that the file holds.
Result<std::string> read_token(Console& console, std::string const& path) {
  auto file = console.open_input(path);
  if (!file) return fail(std::move(file.error()));
  std::array<char, max_fhir_token + 16> bytes{};
  std::size_t size = 0;
  while (size < bytes.size()) {
    auto const read = (*file)->read(bytes.data() + size, bytes.size() - size);
    if (!read) return fail(read.error());
    if (*read == 0) break;
    size += *read;
  }
  std::string_view token(bytes.data(), size);
  while (!token.empty() && token.find_last_of(" \t\r\n") == token.size() - 1) token.remove_suffix(1);
  if (token.empty()) return fail(ErrorCode::validation_error, "'" + path + "' holds no token");
  return std::string(token);
}

boost::json::object person_json(PersonRef const& person) {
  return {{person.type == PersonType::patient ? "patient_id" : "doctor_id", person.id.value}};
}

std::string text_of(PersonRef const& person) {
  return std::string(to_string(person.type)) + " " + person.id.value;
}

boost::json::object counts_json(FhirSyncCounts const& c) {
  boost::json::object json;
  for (auto const& [name, count] : fhir_sync_counts) json[{name.data(), name.size()}] = c.*count;
  return json;
}

class SyncFhir final : public Command {
 public:
  explicit SyncFhir(CLI::App& flags) {
    flags.add_option("--server", server_, "The FHIR server's root, such as https://ehr.example.com/fhir/R4")
        ->required()
        ->type_name("URL");
    flags.add_option("--token-file", token_file_, "A file that holds the bearer token, and nothing else")
        ->required()
        ->type_name("FILE");
    flags.add_option("--account", account_, "Whose contact book")->required()->type_name("NAME");
    flags.add_option("--every", every_, "Again and again, after such a time: 30s, 5m, 2h (default: once)")
        ->type_name("TIME");
    flags.add_option("--prefer", prefer_, "Whose word counts where both changed the same (default theirs)")
        ->type_name("ours|theirs")
        ->check(CLI::IsMember({"ours", "theirs"}));
    flags.add_option("--name", name_, "What the source is called (default: after the server's host)")
        ->type_name("NAME");
    flags.add_flag("--json", json_, "Print a JSON object for each run instead");
    flags.footer(
        "What changed there comes here, what changed here goes there, telecom alone; an interrupted\n"
        "run goes on where it was. The source is kept with its token, sealed: GET /fhir-sources shows\n"
        "it. With --every it ends with Ctrl-C.");
  }

  FileAccess files() const override { return {.inputs = {token_file_}}; }

  ExitCode run(OperatorSession& session) override {
    auto every =
        every_.empty() ? Result<std::chrono::seconds>(std::chrono::seconds(0)) : parse_interval(every_);
    if (!every) {
      tell(session.console, every.error());
      return ExitCode::usage;
    }
    if (session.installation.outgoing_http == nullptr)
      return tell(session.console, {ErrorCode::unavailable, "this process cannot ask other servers", {}});
    auto account = account_of(session, account_);
    if (!account) return tell(session.console, account.error());
    auto source = source_of(session, account->id);
    if (!source) return tell(session.console, source.error());
    for (;;) {
      auto const code = run_once(session, account->id, source->id);
      if (every->count() == 0) return code;
      session.console.flush();
      if (!rest(session, *every)) throw ConsoleLost();
    }
  }

 private:
  /// The source of that name, as the flags have it; made where there is none.
  Result<FhirSource> source_of(OperatorSession& session, AccountId account) {
    auto const url = fhir_server_url(server_);
    if (!url)
      return fail(ErrorCode::validation_error,
                  "--server must be the root of a FHIR server, such as https://ehr.example.com/fhir/R4");
    auto const token = read_token(session.console, token_file_);
    if (!token) return fail(token.error());
    auto const name = name_.empty() ? name_after_host(*url) : name_;
    auto const ctx = session.context(account);
    return write_and_wait(session.store(), [&](Transaction& tx) -> Result<FhirSource> {
      // A run that was killed holds its lease for a while.
      if (session.installation.is_alone) tx.fhir_sources().end_leases();
      auto const prefer = parse_side(prefer_);
      auto const known = tx.fhir_sources().named(account, name);
      if (!known)
        return create_fhir_source(
            tx, ctx, {.name = name, .url = *url, .token = *token, .prefer = prefer.value_or(Side::theirs)});
      if (known->url != *url)
        return fail(ErrorCode::conflict, "the FHIR source '" + name + "' is of another server, " +
                                             known->url + "; give this one another --name");
      return edit_fhir_source(tx, ctx, known->id, {}, {.token = *token, .prefer = prefer});
    });
  }

  ExitCode run_once(OperatorSession& session, AccountId account, FhirSourceId const& id) {
    auto& at = session.installation;
    FhirSyncSettings const settings{
        .store = at.store,
        .http = *at.outgoing_http,
        .clock = at.clock,
        .ids = at.ids,
        .secrets = at.secrets,
        .policies = at.policies,
        .rest = [&](milliseconds duration) { return rest(session, duration); },
        .progress =
            [&](FhirSyncCounts const& counts) {
              if (!lost_) session.console.progress({"people", static_cast<std::uint64_t>(counts.read), 0, 0});
            }};
    bool told = false;
    for (;;) {
      auto const run = sync_fhir_source(settings, account, id);
      if (lost_) throw ConsoleLost();
      if (run) return report(session.console, id, *run);
      if (run.error().code != ErrorCode::conflict) return tell(session.console, run.error());
      if (!std::exchange(told, true)) session.console.err("waiting for a run that is under way\n");
      if (!rest(session, longest_rest)) throw ConsoleLost();
    }
  }

  /// False, and not by an exception, where nobody is there any more: requests may be under way.
  bool rest(OperatorSession& session, milliseconds duration) {
    for (auto left = duration;; left -= longest_rest) {
      try {
        session.console.flush();
      } catch (ConsoleLost const&) {
        lost_ = true;
        return false;
      }
      std::this_thread::sleep_for(std::min(left, longest_rest));
      if (left <= longest_rest) return true;
    }
  }

  ExitCode report(Console& console, FhirSourceId const& id, FhirSyncRun const& run) const {
    console.out(json_ ? as_json(id, run) : as_text(run));
    if (run.error && !json_) console.err("linebook: " + *run.error + "\n");
    return run.error || run.counts.problems > 0 ? ExitCode::failed : ExitCode::ok;
  }

  static std::string as_json(FhirSourceId const& id, FhirSyncRun const& run) {
    boost::json::array conflicts, problems;
    for (auto const& conflict : run.conflicts) {
      auto row = person_json(conflict.person);
      row["what"] = conflict.what;
      row["kept"] = std::string(to_string(conflict.kept));
      conflicts.push_back(std::move(row));
    }
    for (auto const& problem : run.problems) {
      auto row = person_json(problem.person);
      row["what"] = problem.what;
      problems.push_back(std::move(row));
    }
    return json_line(
        boost::json::object{{"source_id", id.value},
                            {"started_at", json_time(run.started_at)},
                            {"ended_at", json_time(run.ended_at)},
                            {"counts", counts_json(run.counts)},
                            {"conflicts", std::move(conflicts)},
                            {"problems", std::move(problems)},
                            {"error", run.error ? boost::json::value(*run.error) : boost::json::value()}});
  }

  static std::string as_text(FhirSyncRun const& run) {
    auto const number = [](std::int64_t n) { return grouped(static_cast<std::uint64_t>(n)); };
    auto const& c = run.counts;
    auto text = number(c.read) + " read\npeople: " + number(c.people_added) + " added, " +
                number(c.people_updated) + " updated\nnumbers: " + number(c.numbers_added) + " added, " +
                number(c.numbers_changed) + " changed, " + number(c.numbers_ended) +
                " ended\npushed: " + number(c.pushed) + "\n" + number(c.conflicts) + " conflicts, " +
                number(c.problems) + " problems\n";
    for (auto const& conflict : run.conflicts)
      text += "conflict: " + text_of(conflict.person) + ": " + conflict.what + ": " +
              std::string(to_string(conflict.kept)) + " kept\n";
    for (auto const& problem : run.problems)
      text += "problem: " + text_of(problem.person) + " " + problem.what + "\n";
    return text;
  }

  std::string server_;
  std::string token_file_;
  std::string account_;
  std::string every_;
  std::string prefer_;
  std::string name_;
  bool json_ = false;
  bool lost_ = false;
};

}  // namespace

std::unique_ptr<Command> sync_fhir(CLI::App& flags) { return std::make_unique<SyncFhir>(flags); }

}  // namespace linebook

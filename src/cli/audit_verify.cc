#include <atomic>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <future>

#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/ledger_accounts.h"
#include "cli/ledger_json.h"
#include "cli/print.h"

namespace linebook {
namespace {

std::string span_text(SealFinding const& f) {
  auto const first = std::to_string(f.first_sequence);
  return f.first_sequence == f.last_sequence ? "entry " + first
                                             : "entries " + first + " to " + std::to_string(f.last_sequence);
}

constexpr std::chrono::milliseconds between_reports{100};

struct GivenUp {};

class AuditVerify final : public Command {
 public:
  explicit AuditVerify(CLI::App& flags) {
    flags
        .add_option("--account", account_,
                    "Only this account's ledger and decisions (default: all, and the pool's)")
        ->type_name("NAME");
    flags.add_option("--heads", heads_, "Compare with what `export audit --heads` printed earlier")
        ->type_name("FILE");
    flags.add_flag("--json", json_, "Print one JSON object an account");
  }

  FileAccess files() const override {
    if (heads_.empty()) return {};
    return {.inputs = {heads_}, .input_directories = {}, .outputs = {}};
  }

  Afterwards afterwards() const override { return Afterwards::leave; }

  ExitCode run(OperatorSession& session) override {
    std::vector<SealedHead> heads;
    if (!heads_.empty()) {
      auto file = session.console.open_input(heads_);
      if (!file) return tell(session.console, file.error());
      auto read = read_ledger_heads(**file);
      if (!read) return tell(session.console, read.error());
      heads = std::move(*read);
    }
    auto owners = ledger_owners(session, account_);
    if (!owners) return tell(session.console, owners.error());
    auto const total = entries_of(session, *owners);
    if (!total) return tell(session.console, total.error());
    bool sound = true;
    Progress progress{"rows", 0, 0, *total};
    for (auto const& owner : *owners) {
      for (auto const book : all_sealed_books) {
        auto verdict = verify(session, owner, book, heads, progress);
        if (!verdict) return tell(session.console, verdict.error());
        sound &= verdict->sound();
        // An account need not have decisions.
        bool const is_empty = verdict->entries == 0 && verdict->seals == 0 && verdict->sound();
        if (book != SealedBook::ledger && is_empty) continue;
        session.console.out(json_ ? as_json(owner, book, *verdict) : as_text(owner, book, *verdict));
      }
    }
    if (!sound)
      session.console.err(
          "linebook: what was sealed is not what it was. Keep this data directory as it is, and compare "
          "with a backup.\n");
    return sound ? ExitCode::ok : ExitCode::failed;
  }

 private:
  static Result<std::uint64_t> entries_of(OperatorSession& session, std::vector<LedgerOwner> const& owners) {
    return read_and_wait(session.store(), [&](Transaction const& tx) -> Result<std::uint64_t> {
      std::uint64_t entries = 0;
      for (auto const& owner : owners)
        for (auto const book : all_sealed_books)
          entries += static_cast<std::uint64_t>(rows_of(tx, book).last_sequence(owner.account));
      return entries;
    });
  }

  /// `progress` goes on from the ledgers before. Gives the walk up when the console is lost: its client is
  /// gone, or the server stops.
  static Result<SealVerdict> verify(OperatorSession& session, LedgerOwner const& owner, SealedBook book,
                                    std::vector<SealedHead> const& heads, Progress& progress) {
    std::atomic<std::int64_t> entries{0};
    std::atomic<bool> given_up{false};
    auto const walk = [&](Transaction const& tx) -> Result<SealVerdict> {
      try {
        return verify_seals(tx, book, owner.account, session.installation.secrets, heads,
                            [&](std::int64_t looked_at) {
                              entries = looked_at;
                              if (given_up) throw GivenUp();
                            });
      } catch (GivenUp const&) {
        return fail(ErrorCode::unavailable, "verifying was given up");
      }
    };
    // On a thread of its own: a client that does not read its progress must not keep a snapshot open, which
    // would keep the database's log from being reset.
    auto verdict = std::async(std::launch::async, [&] { return read_and_wait(session.store(), walk); });
    auto const before = progress.items;
    auto const report = [&] {
      progress.items = progress.bytes_done = before + static_cast<std::uint64_t>(entries.load());
      session.console.progress(progress);
    };
    try {
      while (verdict.wait_for(between_reports) != std::future_status::ready) report();
      report();
    } catch (ConsoleLost const&) {
      given_up = true;
      verdict.wait();
      throw;
    }
    return verdict.get();
  }

  static std::string as_text(LedgerOwner const& owner, SealedBook book, SealVerdict const& v) {
    std::string text = owner.name + (book == SealedBook::ledger ? ": " : ", decisions: ") +
                       (v.sound() ? "sound" : "NOT SOUND") + ", " +
                       counted(static_cast<std::uint64_t>(v.entries), "entry", "entries") + " looked at";
    if (v.unsealed > 0)
      text += ", " + grouped(static_cast<std::uint64_t>(v.unsealed)) + " of them not sealed yet";
    text += '\n';
    for (auto const& finding : v.findings)
      text += "  " + span_text(finding) + ": " + std::string(to_string(finding.fault)) + "\n";
    if (v.findings.size() >= max_seal_findings) text += "  and more: verifying stopped here\n";
    return text;
  }

  static std::string as_json(LedgerOwner const& owner, SealedBook book, SealVerdict const& v) {
    boost::json::array findings;
    for (auto const& finding : v.findings)
      findings.push_back(boost::json::object{{"fault", std::string(to_string(finding.fault))},
                                             {"first_sequence", finding.first_sequence},
                                             {"last_sequence", finding.last_sequence}});
    return json_line(boost::json::object{{"account", owner.name},
                                         {"account_id", owner.account.value},
                                         {"book", std::string(to_string(book))},
                                         {"sound", v.sound()},
                                         {"entries", v.entries},
                                         {"seals", v.seals},
                                         {"unsealed", v.unsealed},
                                         {"findings", std::move(findings)}});
  }

  std::string account_;
  std::string heads_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> audit_verify(CLI::App& flags) { return std::make_unique<AuditVerify>(flags); }

}  // namespace linebook

#include <atomic>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <functional>
#include <future>

#include "app/ledger/verify_books.h"
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

/// "contact_number phn_01…: number differs, says entry 17"
std::string finding_text(BookFinding const& f) {
  auto text =
      f.book + " " + f.id + ": " + (f.field.empty() ? "" : f.field + " ") + std::string(to_string(f.fault));
  if (f.sequence > 0) text += ", says entry " + std::to_string(f.sequence);
  return text;
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
    flags.add_flag("--books", books_, "Then compare every row of the books with what the ledger comes to");
    flags.add_flag("--json", json_, "Print one JSON object an account");
    flags.footer(
        "--books finds rows that were changed, removed or slipped in behind the ledger's back, and tables "
        "that "
        "do not follow from one another. What the ledger does not tell cannot be compared: times, tokens' "
        "hashes, and secrets and words, of which it only tells that they changed.");
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
    bool are_books_sound = true;
    Progress progress{"rows", 0, 0, *total};
    for (auto const& owner : *owners) {
      bool is_ledger_sound = true;
      for (auto const book : all_sealed_books) {
        auto verdict = verify(session, owner, book, heads, progress);
        if (!verdict) return tell(session.console, verdict.error());
        sound &= verdict->sound();
        if (book == SealedBook::ledger) is_ledger_sound = verdict->sound();
        // An account need not have decisions.
        bool const is_empty = verdict->entries == 0 && verdict->seals == 0 && verdict->sound();
        if (book != SealedBook::ledger && is_empty) continue;
        session.console.out(json_ ? as_json(owner, book, *verdict) : as_text(owner, book, *verdict));
      }
      if (!books_) continue;
      if (!is_ledger_sound) {
        session.console.err("linebook: " + owner.name +
                            ": the books were not compared with a ledger that is not sound itself.\n");
        continue;
      }
      auto books = verify_books_of(session, owner, progress);
      if (!books) return tell(session.console, books.error());
      are_books_sound &= books->sound();
      session.console.out(json_ ? as_json(owner, *books) : as_text(owner, *books));
    }
    if (!sound)
      session.console.err(
          "linebook: what was sealed is not what it was. Keep this data directory as it is, and compare "
          "with a backup.\n");
    if (!are_books_sound)
      session.console.err(
          "linebook: the books are not what the ledger comes to. Keep this database as it is, find out who "
          "wrote to it beside Linebook, and restore from a backup, or correct each thing through the API.\n");
    return sound && are_books_sound ? ExitCode::ok : ExitCode::failed;
  }

 private:
  using LookedAt = std::function<void(std::int64_t)>;
  template <class Verdict>
  using Look = std::function<Verdict(Transaction const&, LookedAt const&)>;

  /// How many rows there are to be looked at; those of ledgers come twice where books are compared.
  Result<std::uint64_t> entries_of(OperatorSession& session, std::vector<LedgerOwner> const& owners) const {
    return read_and_wait(session.store(), [&](Transaction const& tx) -> Result<std::uint64_t> {
      std::uint64_t entries = 0;
      for (auto const& owner : owners)
        for (auto const book : all_sealed_books) {
          std::uint64_t const times = books_ && book == SealedBook::ledger ? 2 : 1;
          entries += times * static_cast<std::uint64_t>(rows_of(tx, book).last_sequence(owner.account));
        }
      return entries;
    });
  }

  static Result<SealVerdict> verify(OperatorSession& session, LedgerOwner const& owner, SealedBook book,
                                    std::vector<SealedHead> const& heads, Progress& progress) {
    return walk<SealVerdict>(session, progress, [&](Transaction const& tx, LookedAt const& looked_at) {
      return verify_seals(tx, book, owner.account, session.installation.secrets, heads, looked_at);
    });
  }

  static Result<BookVerdict> verify_books_of(OperatorSession& session, LedgerOwner const& owner,
                                             Progress& progress) {
    auto const now = session.installation.clock.now();
    return walk<BookVerdict>(session, progress, [&](Transaction const& tx, LookedAt const& looked_at) {
      return verify_books(tx, owner.account, now, looked_at);
    });
  }

  /// Runs `look` in a snapshot of its own. `progress` goes on from the walks before. Gives it up when the
  /// console is lost: its client is gone, or the server stops.
  template <class Verdict>
  static Result<Verdict> walk(OperatorSession& session, Progress& progress, Look<Verdict> const& look) {
    std::atomic<std::int64_t> entries{0};
    std::atomic<bool> given_up{false};
    LookedAt const looked_at = [&](std::int64_t so_far) {
      entries = so_far;
      if (given_up) throw GivenUp();
    };
    auto const work = [&](Transaction const& tx) -> Result<Verdict> {
      try {
        return look(tx, looked_at);
      } catch (GivenUp const&) {
        return fail(ErrorCode::unavailable, "verifying was given up");
      }
    };
    // On a thread of its own: a client that does not read its progress must not keep a snapshot open, which
    // would keep the database's log from being reset.
    auto verdict = std::async(std::launch::async, [&] { return read_and_wait(session.store(), work); });
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

  static std::string as_text(LedgerOwner const& owner, BookVerdict const& v) {
    auto text = owner.name + ", books: " + (v.sound() ? "sound" : "NOT SOUND") + ", " +
                counted(static_cast<std::uint64_t>(v.rows), "row", "rows") + " compared with " +
                counted(static_cast<std::uint64_t>(v.entries), "entry", "entries") + "\n";
    for (auto const& finding : v.findings) text += "  " + finding_text(finding) + "\n";
    if (v.findings.size() >= max_book_findings) text += "  and more: comparing stopped here\n";
    return text;
  }

  static std::string as_json(LedgerOwner const& owner, BookVerdict const& v) {
    boost::json::array findings;
    for (auto const& f : v.findings) {
      auto& told = findings
                       .emplace_back(boost::json::object{
                           {"fault", std::string(to_string(f.fault))}, {"book", f.book}, {"id", f.id}})
                       .as_object();
      told["field"] = f.field.empty() ? boost::json::value() : boost::json::value(f.field);
      told["sequence"] = f.sequence > 0 ? boost::json::value(f.sequence) : boost::json::value();
    }
    return json_line(boost::json::object{{"account", owner.name},
                                         {"account_id", owner.account.value},
                                         {"book", "books"},
                                         {"sound", v.sound()},
                                         {"entries", v.entries},
                                         {"rows", v.rows},
                                         {"findings", std::move(findings)}});
  }

  std::string account_;
  std::string heads_;
  bool books_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> audit_verify(CLI::App& flags) { return std::make_unique<AuditVerify>(flags); }

}  // namespace linebook

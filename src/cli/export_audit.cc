#include "app/ports/blocking.h"
#include "cli/command.h"
#include "cli/ledger_accounts.h"
#include "cli/ledger_json.h"
#include "cli/print.h"

namespace linebook {
namespace {

constexpr std::int64_t page_entries = 1000;

class ExportAudit final : public Command {
 public:
  explicit ExportAudit(CLI::App& flags) {
    flags.add_option("--account", account_, "Only this account's (default: all, and the pool's)")
        ->type_name("NAME");
    flags.add_flag(
        "--heads", heads_,
        "Only the ends of the hash chains: keep them elsewhere, `audit verify --heads` compares them");
  }

  ExitCode run(OperatorSession& session) override {
    auto owners = ledger_owners(session, account_);
    if (!owners) return tell(session.console, owners.error());
    for (auto const& owner : *owners) {
      auto done = heads_ ? heads(session, owner) : entries(session, owner);
      if (!done) return tell(session.console, done.error());
    }
    return ExitCode::ok;
  }

 private:
  static Result<void> entries(OperatorSession& session, LedgerOwner const& owner) {
    std::int64_t after = 0;
    for (;;) {
      auto page =
          read_and_wait(session.store(), [&](Transaction const& tx) -> Result<std::vector<LedgerEntry>> {
            return tx.ledger().following(owner.account, after, page_entries);
          });
      if (!page) return fail(std::move(page.error()));
      std::string text;
      for (auto const& entry : *page) text += ledger_entry_line(owner.name, entry);
      session.console.out(text);
      if (std::ssize(*page) < page_entries) return {};
      after = page->back().sequence;
    }
  }

  static Result<void> heads(OperatorSession& session, LedgerOwner const& owner) {
    for (auto const book : all_sealed_books)
      if (auto done = head(session, owner, book); !done) return done;
    return {};
  }

  /// Seals first what is not sealed yet, so that the head covers everything.
  static Result<void> head(OperatorSession& session, LedgerOwner const& owner, SealedBook book) {
    auto const& secrets = session.installation.secrets;
    for (;;) {
      auto sealed = write_and_wait(session.store(), [&](Transaction& tx) -> Result<std::int64_t> {
        return seal_rows(tx, book, owner.account, secrets);
      });
      if (!sealed) return fail(std::move(sealed.error()));
      if (*sealed < max_rows_per_seal) break;
    }
    auto end =
        read_and_wait(session.store(), [&](Transaction const& tx) -> Result<std::optional<SealedHead>> {
          return sealed_head(tx, book, owner.account);
        });
    if (!end) return fail(std::move(end.error()));
    if (*end) session.console.out(ledger_head_line(owner.name, **end));
    return {};
  }

  std::string account_;
  bool heads_ = false;
};

}  // namespace

std::unique_ptr<Command> export_audit(CLI::App& flags) { return std::make_unique<ExportAudit>(flags); }

}  // namespace linebook

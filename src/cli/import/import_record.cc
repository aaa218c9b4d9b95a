#include "cli/import/import_record.h"

#include <utility>

#include "app/ledger/ledger_fields.h"
#include "app/ports/blocking.h"

namespace linebook {

Result<void> record_import(OperatorSession& session, AccountId account, std::string actor,
                           ImportTally const& tally) {
  if (tally.added + tally.updated == 0) return {};
  auto const ctx = session.context(account, std::move(actor));
  auto const number = [](std::uint64_t n) { return static_cast<std::int64_t>(n); };
  Fields const fields{{"kind", std::string(tally.kind)},
                      {"added", number(tally.added)},
                      {"updated", number(tally.updated)},
                      {"unchanged", number(tally.unchanged)},
                      {"errors", number(tally.errors)}};
  auto const id = session.installation.ids.next("imp_", ctx.now);
  return write_and_wait(session.store(), [&](Transaction& tx) -> Result<void> {
    record(tx, ctx, Entity::import_run, id, Action::finished, {}, fields);
    return {};
  });
}

}  // namespace linebook

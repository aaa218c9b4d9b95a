#include "store/postgres/statistics.h"

namespace linebook::postgres {
namespace {

// Those that are $1 times as large as when they were last analysed. (8192: bytes a page.)
constexpr Statement outgrown_tables{
    "outgrown_tables",
    "SELECT c.relname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = "
    "c.relnamespace"
    " WHERE n.nspname = current_schema() AND c.relkind = 'r' AND pg_catalog.pg_has_role(c.relowner, 'USAGE')"
    " AND pg_catalog.pg_relation_size(c.oid) > greatest(c.relpages, 1)::bigint * 8192 * $1"};
constexpr std::int64_t growth = 3;

constexpr struct {
  std::string_view table;
  Statement analyze;
} analyses[] = {
    {"people", {"analyze_people", "ANALYZE (SKIP_LOCKED) people"}},
    {"contact_numbers", {"analyze_contact_numbers", "ANALYZE (SKIP_LOCKED) contact_numbers"}},
    {"remembered_do_not_call",
     {"analyze_remembered_do_not_call", "ANALYZE (SKIP_LOCKED) remembered_do_not_call"}},
    {"ai_agents", {"analyze_ai_agents", "ANALYZE (SKIP_LOCKED) ai_agents"}},
    {"lines", {"analyze_lines", "ANALYZE (SKIP_LOCKED) lines"}},
    {"numbers_in_service", {"analyze_numbers_in_service", "ANALYZE (SKIP_LOCKED) numbers_in_service"}},
    {"pool_numbers", {"analyze_pool_numbers", "ANALYZE (SKIP_LOCKED) pool_numbers"}},
    {"carrier_tasks", {"analyze_carrier_tasks", "ANALYZE (SKIP_LOCKED) carrier_tasks"}},
    {"calls", {"analyze_calls", "ANALYZE (SKIP_LOCKED) calls"}},
    {"messages", {"analyze_messages", "ANALYZE (SKIP_LOCKED) messages"}},
    {"status_notices", {"analyze_status_notices", "ANALYZE (SKIP_LOCKED) status_notices"}},
    {"dispatches", {"analyze_dispatches", "ANALYZE (SKIP_LOCKED) dispatches"}},
    {"dial_list_entries", {"analyze_dial_list_entries", "ANALYZE (SKIP_LOCKED) dial_list_entries"}},
    {"webhook_deliveries", {"analyze_webhook_deliveries", "ANALYZE (SKIP_LOCKED) webhook_deliveries"}},
    {"kept_answers", {"analyze_kept_answers", "ANALYZE (SKIP_LOCKED) kept_answers"}},
    {"ledger", {"analyze_ledger", "ANALYZE (SKIP_LOCKED) ledger"}},
    {"ledger_seals", {"analyze_ledger_seals", "ANALYZE (SKIP_LOCKED) ledger_seals"}},
};

}  // namespace

void refresh_statistics(Connection& db) {
  auto const outgrown = db.run(outgrown_tables, growth);
  for (int i = 0; i < outgrown.size(); ++i)
    for (auto const& [table, analyze] : analyses)
      if (outgrown[i].get<std::string_view>(0) == table) db.run(analyze);
}

}  // namespace linebook::postgres

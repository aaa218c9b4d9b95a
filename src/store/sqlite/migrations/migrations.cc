#include "store/sqlite/migrations/migrations.h"

namespace linebook::sqlite {

std::span<Migration const> all_migrations() {
  static Migration const steps[] = {{1, "books", migration_0001_books},
                                    {2, "carriers", migration_0002_carriers},
                                    {3, "numbers_in_memory", migration_0003_numbers_in_memory},
                                    {4, "carrier_connections", migration_0004_carrier_connections},
                                    {5, "person_states", migration_0005_person_states},
                                    {6, "reach", migration_0006_reach},
                                    {7, "calls_and_texts", migration_0007_calls_and_texts},
                                    {8, "webhooks", migration_0008_webhooks},
                                    {9, "fhir_sources", migration_0009_fhir_sources},
                                    {10, "person_changes", migration_0010_person_changes},
                                    {11, "sessions", migration_0011_sessions},
                                    {12, "saved_lists", migration_0012_saved_lists},
                                    {13, "account_limits", migration_0013_account_limits}};
  return steps;
}

}  // namespace linebook::sqlite

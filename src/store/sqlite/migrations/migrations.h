// The schema, as numbered steps. A step that has been applied anywhere never changes: what follows is a new
// step.
#pragma once

#include <span>

namespace linebook::sqlite {

struct Migration {
  int number;  // from 1, without gaps
  char const* name;
  char const* sql;
};

std::span<Migration const> all_migrations();

extern char const* const migration_0001_books;
extern char const* const migration_0002_carriers;
extern char const* const migration_0003_numbers_in_memory;
extern char const* const migration_0004_carrier_connections;
extern char const* const migration_0005_person_states;
extern char const* const migration_0006_reach;
extern char const* const migration_0007_calls_and_texts;
extern char const* const migration_0008_webhooks;
extern char const* const migration_0009_fhir_sources;
extern char const* const migration_0010_person_changes;
extern char const* const migration_0011_sessions;
extern char const* const migration_0012_saved_lists;
extern char const* const migration_0013_account_limits;

}  // namespace linebook::sqlite

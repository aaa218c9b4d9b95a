#include "store/postgres/statistics.h"

#include "store/postgres/postgres_store_fixture.h"

namespace linebook {
namespace {

TEST_F(PostgresStoreTest, StatisticsFollowTablesThatGrow) {
  static constexpr postgres::Statement known_people{
      "known_people", "SELECT reltuples::bigint FROM pg_class WHERE oid = 'people'::regclass"};
  static constexpr postgres::Statement insert_people{
      "insert_people",
      "INSERT INTO people (account_id, person_type, id, first_name, last_name, first_key, last_key, active, "
      "deceased,"
      " created_at, updated_at) SELECT $1, 'patient', n::text, 'John', 'Doe', 'john', 'doe', true, false, 0, "
      "0"
      " FROM generate_series($2, $3) n"};
  // Without a node, which would look at its tables by itself, and at rows that are not committed yet.
  auto const home = try_account(*open_node(schema.url()), "home").value();
  auto session = schema.session();
  refresh_statistics(session.db);
  EXPECT_LE(session.db.run(known_people).number(), 0) << "nothing to look at";
  std::int64_t made = 0;
  for (std::int64_t const people : {600, 6'000}) {
    session.db.run(insert_people, home, made + 1, people);
    made = people;
    refresh_statistics(session.db);
    EXPECT_EQ(session.db.run(known_people).number(), people);
  }
}

}  // namespace
}  // namespace linebook

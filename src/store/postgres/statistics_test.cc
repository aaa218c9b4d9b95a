#include "store/postgres/statistics.h"

#include "store/postgres/postgres_store_fixture.h"

namespace linebook {
namespace {

TEST_F(PostgresStoreTest, StatisticsFollowTablesThatGrow) {
  static constexpr postgres::Statement known_people{
      "known_people", "SELECT reltuples::bigint FROM pg_class WHERE oid = 'people'::regclass"};
  auto const store = open_node(schema.url());
  auto const home = try_account(*store, "home").value();
  auto session = schema.session();
  refresh_statistics(session.db);
  EXPECT_LE(session.db.run(known_people).number(), 0) << "nothing to look at";
  std::int64_t made = 0;
  for (std::int64_t const people : {600, 6'000}) {
    ASSERT_TRUE(write(*store, [&](Transaction& tx) {
      for (; made < people; ++made) tx.people().insert(home, patient(std::to_string(made)));
    }));
    refresh_statistics(session.db);
    EXPECT_EQ(session.db.run(known_people).number(), people);
  }
}

}  // namespace
}  // namespace linebook

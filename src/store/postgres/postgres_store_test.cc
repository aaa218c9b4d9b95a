// What a store says of its database: never a password, nothing about texts that no database can hold, and
// how it fares while the database is away.
#include "store/postgres/postgres_store.h"

#include <chrono>
#include <csignal>
#include <thread>

#include "store/postgres/postgres_store_fixture.h"

namespace linebook {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST_F(PostgresStoreTest, NeverTellsAPassword) {
  for (auto const* url :
       {"postgresql://user:s3cret@/nowhere?host=/nonexistent", "postgresql://user:s3cret@[bad",
        "host=/nonexistent password=s3cret user='", "host=/nonexistent password=s3cret"}) {
    auto const refused = PostgresStore::open({.url = url});
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().message.find("s3cret"), std::string::npos) << refused.error().message;
  }
}

TEST_F(PostgresStoreTest, TextThatNobodyCanHaveIsFoundNowhere) {
  auto const store = open_node(schema.url());
  auto const account = try_account(*store, "home").value();
  std::string const odd("a\0b\xFF", 4);
  EXPECT_FALSE(look(*store, [&](Transaction const& tx) {
    return tx.people().find(account, {PersonType::patient, {odd}}).has_value() ||
           tx.contact_numbers().find(account, {odd}).has_value();
  }));
  auto const refused = write(*store, [&](Transaction& tx) { tx.people().insert(account, patient(odd)); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::internal_error);
}

// -- A database that goes away ------------------------------------------------------------------------------

class PostgresAwayTest : public PostgresNodeTest {};

TEST_F(PostgresStoreTest, APrimaryThatIsKnownToBeDeposedIsLeft) {
  auto session = schema.session();
  EXPECT_EQ(session.counters.newest_timeline, 1U) << "of a cluster that no other has taken over from";
  EXPECT_FALSE(session.db.is_deposed());
  session.counters.newest_timeline = 2;  // as another connection has met it
  EXPECT_TRUE(session.db.is_deposed());
  auto const settings = postgres::ConnectionSettings::parse(schema.url()).value();
  EXPECT_THROW(postgres::Connection(settings, postgres::reading_bounds, session.statements, session.counters),
               postgres::ConnectionLost);
}

TEST_F(PostgresAwayTest, WritesAreRefusedInTimeAndGoOnByThemselves) {
  fakes::PostgresServer server;
  auto const store = open_node(server.url(), {.url = {}, .patience = 300ms});
  auto const account = try_account(*store, "home").value();
  ASSERT_TRUE(write(*store, [&](Transaction& tx) { tx.ledger().append(account, entry("before")); }));
  EXPECT_EQ(store->trouble(), std::nullopt);

  server.stop(SIGQUIT);  // as if it had crashed
  for (int twice = 0; twice < 2; ++twice) {
    auto const refused = write(*store, [&](Transaction& tx) { tx.ledger().append(account, entry("lost")); });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  }
  for (auto const cost : {ReadCost::bounded, ReadCost::unbounded, ReadCost::long_walk}) {
    auto const refused = read_and_wait(
        *store, [](Transaction const& tx) -> Result<std::size_t> { return tx.accounts().list().size(); },
        cost);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  }
  EXPECT_TRUE(store->trouble());

  server.start();
  auto const give_up = std::chrono::steady_clock::now() + 20s;
  while (store->trouble() && std::chrono::steady_clock::now() < give_up) std::this_thread::sleep_for(20ms);
  EXPECT_EQ(store->trouble(), std::nullopt);
  ASSERT_TRUE(write(*store, [&](Transaction& tx) { tx.ledger().append(account, entry("after")); }));
  EXPECT_EQ(last_sequence(*store, account), 2);
}

TEST_F(PostgresAwayTest, ARestartInBetweenIsNotNoticed) {
  fakes::PostgresServer server;
  auto const store = open_node(server.url(), {.url = {}, .patience = 20s});
  auto const account = try_account(*store, "home").value();
  for (int i = 1; i <= 3; ++i) {
    ASSERT_TRUE(write(*store, [&](Transaction& tx) { tx.ledger().append(account, entry("a")); }));
    server.stop(SIGINT);
    server.start();
    EXPECT_EQ(last_sequence(*store, account), i);
  }
}

TEST_F(PostgresAwayTest, ANodeThatFindsNoDatabaseSaysSo) {
  auto const refused = PostgresStore::open({.url = "postgresql:///linebook?host=/nonexistent"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("/nonexistent:5432/linebook"));
}

}  // namespace
}  // namespace linebook

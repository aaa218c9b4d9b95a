// A commit whose answer is lost.
#include "fakes/cutting_proxy.h"
#include "store/postgres/postgres_store_fixture.h"

namespace linebook {
namespace {

using fakes::CuttingProxy;
using testing::HasSubstr;

class LostAnswerTest : public PostgresStoreTest {
 protected:
  CuttingProxy proxy{fakes::PostgresSchema::server().socket()};
  std::unique_ptr<PostgresStore> store = open_node(schema.url_at(proxy.socket_directory()));
  AccountId home = try_account(*store, "home").value();

  void append_once(std::string const& id) {
    int runs = 0;
    auto const done = write(*store, [&](Transaction& tx) {
      ++runs;
      tx.people().insert(home, patient(id));
      tx.ledger().append(home, entry(id));
    });
    EXPECT_TRUE(done) << done.error().message;
    EXPECT_TRUE(proxy.has_cut());
  }
  std::int64_t looked_up() { return static_cast<std::int64_t>(store->postgres_counters().commits_looked_up); }
};

TEST_F(LostAnswerTest, WhatWasCommittedIsNotDoneAgain) {
  proxy.cut(CuttingProxy::Cut::after_commit);
  append_once("a");
  EXPECT_EQ(looked_up(), 1);
  EXPECT_EQ(last_sequence(*store, home), 1);
  EXPECT_EQ(store->counters().ledger_entries.load(), 1);
  append_once("b");
  EXPECT_EQ(last_sequence(*store, home), 2);
}

TEST_F(LostAnswerTest, WhatWasNotCommittedIsDoneAgain) {
  proxy.cut(CuttingProxy::Cut::before_commit);
  append_once("a");
  EXPECT_EQ(looked_up(), 1);
  EXPECT_EQ(last_sequence(*store, home), 1);
  EXPECT_EQ(store->counters().ledger_entries.load(), 1);
}

TEST_F(LostAnswerTest, ACommitThatComesLateIsRefused) {
  proxy.cut(CuttingProxy::Cut::before_a_late_commit);
  ASSERT_TRUE(write(*store, [&](Transaction& tx) { tx.ledger().append(home, entry("a")); }));
  ASSERT_TRUE(proxy.has_cut());
  EXPECT_THAT(proxy.deliver_late(), HasSubstr("commit_markers_pkey")) << "its marker is void";
  EXPECT_EQ(looked_up(), 1);
  EXPECT_EQ(last_sequence(*store, home), 1);
}

TEST_F(LostAnswerTest, MarkersDoNotPileUp) {
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(write(*store, [&](Transaction& tx) { tx.ledger().append(home, entry("a")); }));
  static constexpr postgres::Statement markers{"markers", "SELECT count(*) FROM commit_markers"};
  EXPECT_EQ(schema.session().db.run(markers).number(), 1);
}

}  // namespace
}  // namespace linebook

#include "store/postgres/shared_lists.h"

#include "fakes/many_at_once.h"
#include "store/postgres/postgres_store_fixture.h"

namespace linebook {
namespace {

constexpr std::size_t list_size = 2 * shared_list_piece + 100;

SharedList some_list(std::uint64_t version, char letter, std::string name = "national") {
  return {
      {.name = std::move(name), .as_of = "2026-11-20", .version = version, .numbers = 7, .bytes = list_size},
      std::string(16, letter)};
}

SharedLists::ReadPiece all_of(char letter) {
  return [letter](std::uint64_t piece) -> Result<std::string> {
    return std::string(std::min(shared_list_piece, list_size - piece * shared_list_piece), letter);
  };
}

Result<std::string> whole(SharedLists& lists, SharedList const& list) {
  std::string bytes;
  auto got = lists.get(list, [&](std::string_view piece) -> Result<void> {
    bytes += piece;
    return {};
  });
  if (!got) return fail(std::move(got.error()));
  return bytes;
}

TEST_F(PostgresStoreTest, AListThatOneNodePutsEveryNodeGets) {
  auto const one = open_node(schema.url());
  auto const other = open_node(schema.url());
  EXPECT_TRUE(other->shared_lists().newest()->empty());
  EXPECT_EQ(one->shared_lists().next_version("national"), 1U);
  ASSERT_TRUE(one->shared_lists().put(some_list(1, 'a'), 0, all_of('a')));
  ASSERT_TRUE(one->shared_lists().put(some_list(1, 'b', "TX"), 0, all_of('b')));
  auto const newest = other->shared_lists().newest().value();
  ASSERT_EQ(newest.size(), 2U);
  EXPECT_EQ(newest[0].about, some_list(1, 'a').about);
  EXPECT_EQ(newest[0].checksum, std::string(16, 'a'));
  EXPECT_EQ(newest[1].about.name, "TX");
  EXPECT_EQ(whole(other->shared_lists(), newest[0]).value(), std::string(list_size, 'a'));

  EXPECT_EQ(other->shared_lists().next_version("national"), 2U);
  ASSERT_TRUE(other->shared_lists().put(some_list(2, 'c'), 1, all_of('c')));
  EXPECT_EQ(one->shared_lists().newest()->front().about.version, 2U);
  EXPECT_EQ(whole(one->shared_lists(), some_list(1, 'a')).error().code, ErrorCode::not_found)
      << "older ones are gone";
}

TEST_F(PostgresStoreTest, AListIsSeenWhenItIsWholeAndNotBefore) {
  auto const node = open_node(schema.url());
  auto& lists = node->shared_lists();
  ASSERT_TRUE(lists.put(some_list(1, 'a'), 0, all_of('a')));
  struct Killed {};
  EXPECT_THROW((void)lists.put(some_list(2, 'b'), 0,
                               [](std::uint64_t piece) -> Result<std::string> {
                                 if (piece == 1) throw Killed();
                                 return std::string(shared_list_piece, 'b');
                               }),
               Killed);
  EXPECT_FALSE(lists.put(some_list(3, 'c'), 0, [](std::uint64_t) -> Result<std::string> {
    return std::string("few");
  })) << "not as long as it says";
  EXPECT_EQ(lists.newest()->front().about.version, 1U);
  EXPECT_EQ(lists.next_version("national"), 3U) << "what was left of 2 is there until a newer one is whole";
  ASSERT_TRUE(lists.put(some_list(3, 'c'), 0, all_of('c')));
  EXPECT_EQ(
      schema.session().db.run(postgres::Statement{"left", "SELECT count(*) FROM do_not_call_lists"}).number(),
      1);
}

TEST_F(PostgresStoreTest, OfListsMadeFromOneOnlyTheFirstTakesItsPlace) {
  auto const node = open_node(schema.url());
  auto& lists = node->shared_lists();
  ASSERT_TRUE(lists.put(some_list(1, 'a'), 0, all_of('a')));
  std::atomic<int> put{0};
  std::atomic<int> refused{0};
  fakes::at_once(4, [&](int i) {
    auto const done = lists.put(some_list(2 + static_cast<std::uint64_t>(i), 'b'), 1, all_of('b'));
    if (done)
      ++put;
    else if (done.error().code == ErrorCode::conflict)
      ++refused;
  });
  EXPECT_EQ(put, 1);
  EXPECT_EQ(refused, 3);
}

}  // namespace
}  // namespace linebook

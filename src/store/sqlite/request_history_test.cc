#include "store/sqlite/request_history.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "fakes/fixed_clock.h"
#include "fakes/temporary_directory.h"
#include "store/sqlite/connection.h"

namespace linebook {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

using fakes::noon;
constexpr AccountId home{1};
constexpr AccountId other{2};

class RequestHistoryTest : public testing::Test {
 protected:
  void open(std::uint64_t max_bytes = 1ull << 30) {
    history.reset();
    history = std::make_unique<SqliteRequestHistory>(
        path, clock, SqliteRequestHistoryOptions{.max_bytes = max_bytes, .log = [](std::string_view) {}});
  }
  static RequestRecord request(std::string id, AccountId account = home, Instant at = noon) {
    return {.account = account,
            .at = at,
            .method = "GET",
            .route = "/phone_numbers/{id}",
            .status = 200,
            .duration_microseconds = 250,
            .key_id = "key_1",
            .user_agent = "curl/8",
            .request_id = std::move(id)};
  }
  RequestPage page(RequestFilter filter = {}, std::optional<std::int64_t> before = {},
                   std::int64_t limit = 20, AccountId account = home) {
    std::promise<Result<RequestPage>> promise;
    history->newest(account, std::move(filter), before, limit,
                    [&](Result<RequestPage> result) { promise.set_value(std::move(result)); });
    return promise.get_future().get().value();
  }
  static std::vector<std::string> ids_of(RequestPage const& p) {
    std::vector<std::string> ids;
    for (auto const& record : p.records) ids.push_back(record.request_id);
    return ids;
  }
  /// Until a page shows as many, within the two seconds that are promised.
  RequestPage once_there(std::size_t records) {
    RequestPage p;
    for (auto const deadline = std::chrono::steady_clock::now() + 2s;
         std::chrono::steady_clock::now() < deadline; std::this_thread::sleep_for(10ms))
      if ((p = page()).records.size() >= records) break;
    return p;
  }

  fakes::TemporaryDirectory directory;
  std::string const path = directory.file("requests.db");
  fakes::FixedClock clock{noon};
  std::unique_ptr<SqliteRequestHistory> history;
};

TEST_F(RequestHistoryTest, ShowsEveryFieldWithinTwoSeconds) {
  open();
  auto sent = request("req_1");
  sent.status = 503;
  sent.user_agent = std::string(255, 'a') + "é";  // the cut does not fall amid a character
  history->record(RequestRecord(sent));
  auto const shown = once_there(1);
  ASSERT_EQ(shown.records.size(), 1u);
  auto const& got = shown.records[0];
  EXPECT_EQ(got.account, home);
  EXPECT_EQ(got.at, noon);
  EXPECT_EQ(got.method, "GET");
  EXPECT_EQ(got.route, "/phone_numbers/{id}");
  EXPECT_EQ(got.status, 503);
  EXPECT_EQ(got.duration_microseconds, 250);
  EXPECT_EQ(got.key_id, "key_1");
  EXPECT_EQ(got.user_agent, std::string(255, 'a'));
  EXPECT_EQ(got.request_id, "req_1");
}

TEST_F(RequestHistoryTest, PagesNewestFirstOverReopeningAndAccounts) {
  open();
  for (int i = 0; i < 3; ++i) {
    history->record(request("a" + std::to_string(i), home, noon + std::chrono::milliseconds(i)));
    history->record(request("b" + std::to_string(i), other, noon + std::chrono::milliseconds(i)));
  }
  open();
  for (int i = 3; i < 5; ++i)
    history->record(request("a" + std::to_string(i), home, noon + std::chrono::milliseconds(i)));
  open();
  auto p = page({}, {}, 2);
  EXPECT_THAT(ids_of(p), ElementsAre("a4", "a3"));
  ASSERT_TRUE(p.next_before);
  history->record(request("late"));
  p = page({}, p.next_before, 2);
  EXPECT_THAT(ids_of(p), ElementsAre("a2", "a1"));
  ASSERT_TRUE(p.next_before);
  p = page({}, p.next_before, 2);
  EXPECT_THAT(ids_of(p), ElementsAre("a0"));
  EXPECT_FALSE(p.next_before);
  EXPECT_THAT(ids_of(page({}, {}, 20, other)), ElementsAre("b2", "b1", "b0"));
  EXPECT_THAT(page({}, {}, 20, AccountId{3}).records, IsEmpty());
}

TEST_F(RequestHistoryTest, FiltersCombine) {
  open();
  auto a = request("a", home, noon);
  auto b = request("b", home, noon + 10ms);
  b.route = "/requests";
  auto c = request("c", home, noon + 20ms);
  c.method = "POST";
  c.status = 422;
  auto d = request("d", home, noon + 30ms);
  d.key_id = "key_2";
  for (auto const& r : {a, b, c, d}) history->record(RequestRecord(r));
  open();
  struct Row {
    char const* what;
    std::function<void(RequestFilter&)> set;
    std::vector<std::string> found;
  };
  Row const rows[] = {
      {"route", [](auto& f) { f.route = "/requests"; }, {"b"}},
      {"method", [](auto& f) { f.method = "POST"; }, {"c"}},
      {"status", [](auto& f) { f.status = 200; }, {"d", "b", "a"}},
      {"key", [](auto& f) { f.key_id = "key_2"; }, {"d"}},
      {"since, inclusive", [](auto& f) { f.since = noon + 20ms; }, {"d", "c"}},
      {"until, exclusive", [](auto& f) { f.until = noon + 20ms; }, {"b", "a"}},
      {"method and status", [](auto& f) { f.method = "POST", f.status = 200; }, {}},
  };
  for (auto const& row : rows) {
    RequestFilter filter;
    row.set(filter);
    EXPECT_EQ(ids_of(page(filter)), row.found) << row.what;
  }
}

TEST_F(RequestHistoryTest, LooksAtABoundedNumberAPage) {
  open();
  auto needle = request("needle");
  needle.key_id = "key_2";
  history->record(std::move(needle));
  constexpr int hay = 45'000;
  for (int i = 0; i < hay; ++i) history->record(request("hay"));
  open();
  RequestFilter filter;
  filter.key_id = "key_2";
  std::optional<std::int64_t> before;
  int pages = 0;
  std::vector<std::string> found;
  do {
    auto const p = page(filter, before);
    for (auto const& id : ids_of(p)) found.push_back(id);
    before = p.next_before;
    ++pages;
  } while (before);
  EXPECT_THAT(found, ElementsAre("needle"));
  EXPECT_GE(pages, 3);
  EXPECT_EQ(history->dropped(), 0u);
}

TEST_F(RequestHistoryTest, KeepsThirtyDays) {
  open();
  history->record(request("old"));
  open();
  clock.advance(std::chrono::days(30));
  history->record(request("young", home, noon + std::chrono::days(15)));
  open();
  EXPECT_THAT(ids_of(page()), ElementsAre("young", "old"));
  clock.advance(1ms);
  EXPECT_THAT(ids_of(page()), ElementsAre("young"));
  open();  // closing writes out, and drops what is past its time
  history.reset();
  sqlite::Connection db(path, sqlite::Access::read_only);
  EXPECT_EQ(db.integer("SELECT sum(records) FROM request_blocks"), 1);
}

TEST_F(RequestHistoryTest, StaysWithinItsBytesByDroppingTheOldest) {
  constexpr std::uint64_t bound = 2'000'000;
  open(bound);
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 2000; ++i) history->record(request(std::to_string(round)));
    open(bound);
  }
  auto const newest = page({}, {}, 1);
  EXPECT_THAT(ids_of(newest), ElementsAre("19"));
  history.reset();
  sqlite::Connection db(path, sqlite::Access::read_only);
  EXPECT_LT(db.integer("SELECT sum(length(bytes)) FROM request_blocks"),
            static_cast<std::int64_t>(bound) + 400'000);
  EXPECT_GT(db.integer("SELECT min(first_sequence) FROM request_blocks"), 1);
}

TEST_F(RequestHistoryTest, StartsAnewWhenItsFileIsNoDatabase) {
  std::ofstream(path) << std::string(10'000, 'x');
  open();
  history->record(request("a"));
  open();
  EXPECT_THAT(ids_of(page()), ElementsAre("a"));
  EXPECT_EQ(history->dropped(), 0u);
}

TEST_F(RequestHistoryTest, StartsAnewWhenItsFileIsTakenAway) {
  open();
  history->record(request("a"));
  ASSERT_EQ(once_there(1).records.size(), 1u);
  std::filesystem::remove(path);
  history->record(request("b"));
  for (auto const deadline = std::chrono::steady_clock::now() + 2s;
       std::chrono::steady_clock::now() < deadline; std::this_thread::sleep_for(10ms))
    if (ids_of(page()) == std::vector<std::string>{"b"}) break;
  EXPECT_THAT(ids_of(page()), ElementsAre("b"));
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(RequestHistoryTest, DropsAndCountsWhatItCannotKeep) {
  history = std::make_unique<SqliteRequestHistory>(
      directory.file("missing/requests.db"), clock,
      SqliteRequestHistoryOptions{.max_bytes = 1 << 20, .log = [](std::string_view) {}});
  history->record(request("lost"));
  for (auto const deadline = std::chrono::steady_clock::now() + 2s;
       history->dropped() == 0 && std::chrono::steady_clock::now() < deadline;)
    std::this_thread::sleep_for(10ms);
  EXPECT_EQ(history->dropped(), 1u);

  open();
  auto big = request("big");
  big.route = std::string(60'000, 'r');
  for (int i = 0; i < 1000; ++i) history->record(RequestRecord(big));
  EXPECT_GT(history->dropped(), 0u) << "60 MB are more than a buffer holds";
}

TEST_F(RequestHistoryTest, StoppingWritesOutAndAnswersWhatItWasGiven) {
  open();
  history->record(request("a"));
  std::promise<Result<RequestPage>> waiting[20];
  for (auto& promise : waiting)
    history->newest(home, {}, {}, 20,
                    [&](Result<RequestPage> result) { promise.set_value(std::move(result)); });
  history->stop();
  history->stop();
  for (auto& promise : waiting) EXPECT_TRUE(promise.get_future().get());
  std::promise<Result<RequestPage>> late;
  history->newest(home, {}, {}, 20, [&](Result<RequestPage> result) { late.set_value(std::move(result)); });
  auto const refused = late.get_future().get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_EQ(history->dropped(), 0u);
  history->record(request("late"));
  EXPECT_EQ(history->dropped(), 1u);
  open();
  EXPECT_THAT(ids_of(page()), ElementsAre("a"));
}

TEST_F(RequestHistoryTest, TakesRecordsFromManyThreads) {
  open();
  std::vector<std::thread> threads;
  for (int t = 0; t < 12; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) history->record(request("x"));
    });
  for (auto& thread : threads) thread.join();
  open();
  std::int64_t seen = 0;
  std::optional<std::int64_t> before;
  do {
    auto const p = page({}, before, 1000);
    seen += std::ssize(p.records);
    before = p.next_before;
  } while (before);
  EXPECT_EQ(seen + static_cast<std::int64_t>(history->dropped()), 12 * 500);
  EXPECT_EQ(history->dropped(), 0u);
}

}  // namespace
}  // namespace linebook

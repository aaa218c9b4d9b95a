#include "store/sqlite/request_file.h"

#include <gmock/gmock.h>

#include "fakes/fixed_clock.h"
#include "fakes/temporary_directory.h"
#include "store/sqlite/request_encoding.h"

namespace linebook::sqlite {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

using fakes::noon;
constexpr AccountId home{1};
constexpr std::int64_t plenty = 20'000;

class RequestFileTest : public testing::Test {
 protected:
  /// One block of one record, which has its time for an id.
  void add(std::chrono::minutes after_noon, AccountId account = home) {
    std::string bytes;
    append_request(bytes, {.account = account,
                           .at = noon + after_noon,
                           .method = "GET",
                           .route = "/r",
                           .status = 200,
                           .duration_microseconds = 1,
                           .key_id = "key_1",
                           .user_agent = "",
                           .request_id = std::to_string(after_noon.count())});
    ASSERT_EQ(file.write(bytes, 1), 0u);
  }
  RequestPage page(RequestFilter const& filter, std::int64_t max_examined = plenty,
                   std::optional<std::int64_t> before = {}) {
    return file.newest(home, filter, before, 100, max_examined).value();
  }
  static std::vector<std::string> ids_of(RequestPage const& p) {
    std::vector<std::string> ids;
    for (auto const& record : p.records) ids.push_back(record.request_id);
    return ids;
  }
  static RequestFilter between(std::chrono::minutes since, std::chrono::minutes until) {
    RequestFilter filter;
    filter.since = noon + since;
    filter.until = noon + until;
    return filter;
  }

  fakes::TemporaryDirectory directory;
  FailureLog const log{{}};
  RequestFile file{directory.file("requests.db"), 1u << 30, log};
};

TEST_F(RequestFileTest, FindsATimeFarBackWithoutWalkingThere) {
  for (int minute = 0; minute < 1000; ++minute) {
    add(std::chrono::minutes(minute));
    add(std::chrono::minutes(minute), AccountId{2});
  }
  auto const found = page(between(100min, 103min), 200);
  EXPECT_THAT(ids_of(found), ElementsAre("102", "101", "100"));
  EXPECT_FALSE(found.next_before) << "what is older than that is not walked either";
  EXPECT_THAT(ids_of(page(between(0min, 1min), 100)), ElementsAre("0"));
  EXPECT_THAT(page(between(2000min, 2001min)).records, IsEmpty());
  RequestFilter until;
  until.until = noon;
  EXPECT_THAT(page(until, 100).records, IsEmpty());
}

TEST_F(RequestFileTest, CountsTheBlocksThatItPassesOver) {
  for (int minute = 0; minute < 50; ++minute) add(std::chrono::minutes(minute));
  // All of it is within the hour by which the clock may have been set back.
  RequestFilter until;
  until.until = noon + 1min;
  std::vector<std::string> found;
  std::optional<std::int64_t> before;
  int pages = 0;
  do {
    auto const p = page(until, 10, before);
    for (auto const& id : ids_of(p)) found.push_back(id);
    before = p.next_before;
    ++pages;
  } while (before);
  EXPECT_THAT(found, ElementsAre("0"));
  EXPECT_GE(pages, 5);
}

TEST_F(RequestFileTest, FindsATimeThatCameTwice) {
  for (int minute = 0; minute < 300; ++minute) add(std::chrono::minutes(minute));
  for (int minute = 250; minute < 500; ++minute) add(std::chrono::minutes(minute));  // set back by 50 minutes
  EXPECT_THAT(ids_of(page(between(260min, 262min))), ElementsAre("261", "260", "261", "260"));
  EXPECT_THAT(ids_of(page(between(299min, 301min))), ElementsAre("300", "299", "299"));
}

}  // namespace
}  // namespace linebook::sqlite

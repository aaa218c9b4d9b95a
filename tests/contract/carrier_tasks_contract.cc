// What every store owes the outbox of carrier work: a task is worked on by one at a time.
#include <gmock/gmock.h>

#include "contract/store_contract.h"

namespace linebook::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CarrierTasksContract : public StoreContract {
 protected:
  CarrierTask task(std::string line, Instant due, AccountId account) {
    CarrierTask t;
    t.account = account;
    t.line = {std::move(line)};
    t.due_at = due;
    t.actor = "key_1";
    t.request_id = "req_1";
    return t;
  }
  void put(CarrierTask const& t) {
    write([&](Transaction& tx) { tx.carrier_tasks().put(t); });
  }
  std::optional<CarrierTask> find(AccountId account, std::string line) {
    return read([&](Transaction const& tx) { return tx.carrier_tasks().find(account, {line}); });
  }
  std::vector<std::string> claim(std::string lease, Instant now, Instant until, std::int64_t limit = 10) {
    std::vector<std::string> lines;
    write([&](Transaction& tx) {
      lines.clear();
      for (auto const& t : tx.carrier_tasks().claim(lease, now, until, limit)) lines.push_back(t.line.value);
    });
    return lines;
  }
  std::optional<Instant> next_due() {
    return read([](Transaction const& tx) { return tx.carrier_tasks().next_due(); });
  }
};

LINEBOOK_EVERY_STORE(CarrierTasksContract);

TEST_P(CarrierTasksContract, KeepsEveryField) {
  auto full = task("pn_1", later(5), home);
  full.goal = CarrierGoal::release;
  full.source = NumberSource::searched;
  full.area_code = "585";
  full.country_code = "CA";
  full.purchase = Purchase::sent;
  full.purchase_doubtful = true;
  full.absences = 2;
  full.snatched = 3;
  full.connected_to = "https://linebook.example.com/v";
  full.take_back = true;
  full.earlier = VoiceSettings{.voice_url = "https://example.org/\"old\"",
                               .voice_method = "GET",
                               .voice_fallback_url = "https://example.org/f",
                               .voice_fallback_method = "POST",
                               .status_callback = "https://example.org/s",
                               .status_callback_method = "POST",
                               .trunk_sid = "TK1",
                               .voice_application_sid = "AP1"};
  full.resting = true;
  full.attempts = 4;
  full.failure = CarrierFailure{FailureKind::refused, 21422, "not available"};
  for (auto const& t : {task("pn_1", later(1), other), full}) put(t);
  auto const kept = find(home, "pn_1");
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->account, home);
  EXPECT_EQ(kept->goal, full.goal);
  EXPECT_EQ(kept->source, full.source);
  EXPECT_EQ(kept->area_code, full.area_code);
  EXPECT_EQ(kept->country_code, full.country_code);
  EXPECT_EQ(kept->purchase, full.purchase);
  EXPECT_TRUE(kept->purchase_doubtful && kept->take_back && kept->resting);
  EXPECT_EQ(kept->connected_to, full.connected_to);
  EXPECT_EQ(kept->absences, 2);
  EXPECT_EQ(kept->snatched, 3);
  EXPECT_EQ(kept->earlier, full.earlier);
  EXPECT_EQ(kept->attempts, 4);
  EXPECT_EQ(kept->due_at, later(5));
  EXPECT_EQ(kept->failure, full.failure);
  EXPECT_EQ(kept->actor, "key_1");
  EXPECT_EQ(kept->request_id, "req_1");
  EXPECT_FALSE(kept->lease || kept->lease_until);

  auto bare = find(other, "pn_1");
  ASSERT_TRUE(bare);
  EXPECT_FALSE(bare->failure || bare->earlier || bare->area_code || bare->resting);
  put(task("pn_1", later(9), home));
  EXPECT_EQ(find(home, "pn_1")->due_at, later(9));
  EXPECT_FALSE(find(home, "pn_1")->earlier);
  write([&](Transaction& tx) { tx.carrier_tasks().remove(home, {"pn_1"}); });
  EXPECT_FALSE(find(home, "pn_1"));
  EXPECT_TRUE(find(other, "pn_1"));
}

TEST_P(CarrierTasksContract, ClaimsWhatIsDueLongestFirstAndOnce) {
  EXPECT_FALSE(next_due());
  put(task("pn_late", later(300), home));
  put(task("pn_b", later(20), other));
  put(task("pn_a", later(10), home));
  EXPECT_EQ(next_due(), later(10));
  EXPECT_THAT(claim("node 1", later(5), later(1000)), IsEmpty());
  EXPECT_THAT(claim("node 1", later(30), later(1000), 1), ElementsAre("pn_a"));
  EXPECT_THAT(claim("node 2", later(30), later(2000)), ElementsAre("pn_b"));
  EXPECT_THAT(claim("node 2", later(30), later(2000)), IsEmpty());
  EXPECT_EQ(find(home, "pn_a")->lease, "node 1");
  EXPECT_EQ(find(home, "pn_a")->lease_until, later(1000));
  EXPECT_EQ(next_due(), later(300));
}

TEST_P(CarrierTasksContract, ALeaseEnds) {
  put(task("pn_a", later(10), home));
  EXPECT_THAT(claim("node 1", later(10), later(100)), ElementsAre("pn_a"));
  EXPECT_EQ(next_due(), later(100));
  EXPECT_THAT(claim("node 2", later(99), later(500)), IsEmpty());
  EXPECT_THAT(claim("node 2", later(100), later(500)), ElementsAre("pn_a"));
  write([](Transaction& tx) { tx.carrier_tasks().end_leases(); });
  EXPECT_THAT(claim("node 3", later(101), later(500)), ElementsAre("pn_a"));
  auto mine = *find(home, "pn_a");
  mine.lease.reset();
  mine.lease_until.reset();
  mine.due_at = later(700);
  put(mine);
  EXPECT_EQ(next_due(), later(700));
}

}  // namespace
}  // namespace linebook::contract

// What every store owes the outbox of calls and texts: each is worked on by one at a time.
#include <gmock/gmock.h>

#include <mutex>
#include <set>

#include "contract/store_contract.h"
#include "fakes/many_at_once.h"

namespace linebook::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class DispatchesContract : public StoreContract {
 protected:
  Dispatch dispatch(std::string subject, Instant due, std::string carrier_account = "AC1") {
    Dispatch d;
    d.account = home;
    d.subject = std::move(subject);
    d.line = {"pn_1"};
    d.carrier_account = std::move(carrier_account);
    d.due_at = due;
    d.actor = "key_1";
    d.request_id = "req_1";
    return d;
  }
  void put(Dispatch const& d) {
    write([&](Transaction& tx) { tx.dispatches().put(d); });
  }
  std::optional<Dispatch> find(AccountId account, std::string_view subject) {
    return read([&](Transaction const& tx) { return tx.dispatches().find(account, subject); });
  }
  std::vector<std::string> claim(std::string_view carrier_account, std::string lease, Instant now,
                                 Instant until, std::int64_t limit = 10) {
    std::vector<std::string> subjects;
    write([&](Transaction& tx) {
      subjects.clear();
      for (auto const& d : tx.dispatches().claim(carrier_account, lease, now, until, limit)) {
        EXPECT_EQ(d.lease, lease);
        EXPECT_EQ(d.lease_until, until);
        subjects.push_back(d.subject);
      }
    });
    return subjects;
  }
  std::vector<std::string> due(Instant now) {
    return read([&](Transaction const& tx) { return tx.dispatches().carrier_accounts_due(now); });
  }
};

LINEBOOK_EVERY_STORE(DispatchesContract);

TEST_P(DispatchesContract, KeepsEveryField) {
  auto d = dispatch("msg_1", later(5));
  put(d);
  auto const bare = find(home, "msg_1");
  ASSERT_TRUE(bare);
  EXPECT_FALSE(bare->hang_up || bare->asked_at || bare->lease || bare->lease_until);
  EXPECT_FALSE(find(other, "msg_1"));
  d.channel = Channel::text;
  d.line = {"pn_2"};
  d.carrier_account = "simulator";
  d.stage = DispatchStage::placed;
  d.hang_up = true;
  d.asked_at = later(6);
  d.attempts = 3;
  d.due_at = later(7);
  d.lease = "node 1";
  d.lease_until = later(8);
  d.actor = "key_2";
  d.request_id = "req_2";
  put(d);
  auto const kept = find(home, "msg_1");
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->account, home);
  EXPECT_EQ(kept->subject, "msg_1");
  EXPECT_EQ(kept->channel, Channel::text);
  EXPECT_EQ(kept->line.value, "pn_2");
  EXPECT_EQ(kept->carrier_account, "simulator");
  EXPECT_EQ(kept->stage, DispatchStage::placed);
  EXPECT_TRUE(kept->hang_up);
  EXPECT_EQ(kept->asked_at, later(6));
  EXPECT_EQ(kept->attempts, 3);
  EXPECT_EQ(kept->due_at, later(7));
  EXPECT_EQ(kept->lease, "node 1");
  EXPECT_EQ(kept->lease_until, later(8));
  EXPECT_EQ(kept->actor, "key_2");
  EXPECT_EQ(kept->request_id, "req_2");
  write([&](Transaction& tx) { tx.dispatches().remove(home, "msg_1"); });
  EXPECT_FALSE(find(home, "msg_1"));
}

TEST_P(DispatchesContract, ClaimsWhatIsDueAtOneCarrierAccountLongestFirst) {
  auto elsewhere = dispatch("call_1", later(20));
  elsewhere.account = other;
  for (auto const& d : {dispatch("call_late", later(300)), elsewhere, dispatch("call_a", later(10)),
                        dispatch("call_b", later(1), "AC2")})
    put(d);
  EXPECT_THAT(claim("AC1", "node 1", later(9), later(1000)), IsEmpty());
  EXPECT_THAT(claim("AC1", "node 1", later(30), later(1000), 1), ElementsAre("call_a"));
  EXPECT_THAT(claim("AC1", "node 2", later(30), later(2000)), ElementsAre("call_1"));
  EXPECT_THAT(claim("AC1", "node 2", later(30), later(2000)), IsEmpty());
  EXPECT_THAT(claim("AC2", "node 2", later(30), later(2000)), ElementsAre("call_b"));
  EXPECT_EQ(find(other, "call_1")->lease, "node 2");
}

TEST_P(DispatchesContract, TellsEachCarrierAccountWithSomethingDueOnce) {
  EXPECT_THAT(due(later(1000)), IsEmpty());
  for (auto const& d :
       {dispatch("call_1", later(1)), dispatch("call_2", later(2)), dispatch("call_3", later(3), "AC2"),
        dispatch("call_4", later(50), "AC3"), dispatch("call_5", later(3), "simulator")})
    put(d);
  EXPECT_THAT(due(later(0)), IsEmpty());
  EXPECT_THAT(due(later(10)), ElementsAre("AC1", "AC2", "simulator"));
  (void)claim("AC1", "node 1", later(10), later(100));
  EXPECT_THAT(due(later(50)), ElementsAre("AC2", "AC3", "simulator"));
  EXPECT_THAT(due(later(100)), ElementsAre("AC1", "AC2", "AC3", "simulator"));
}

TEST_P(DispatchesContract, ALeaseEnds) {
  put(dispatch("call_1", later(10)));
  EXPECT_THAT(claim("AC1", "node 1", later(10), later(100)), ElementsAre("call_1"));
  EXPECT_THAT(claim("AC1", "node 2", later(99), later(500)), IsEmpty());
  EXPECT_THAT(claim("AC1", "node 2", later(100), later(500)), ElementsAre("call_1"));
  write([](Transaction& tx) { tx.dispatches().end_leases(); });
  EXPECT_THAT(claim("AC1", "node 3", later(101), later(500)), ElementsAre("call_1"));
}

TEST_P(DispatchesContract, ManyWhoClaimAtOnceGetEachOnce) {
  constexpr int rows = 200, claimers = 8;
  write([&](Transaction& tx) {
    for (int i = 0; i < rows; ++i)
      tx.dispatches().put(dispatch("call_" + std::to_string(i), later(i), i % 2 == 0 ? "AC1" : "AC2"));
  });
  std::mutex mutex;
  std::multiset<std::string> claimed;
  fakes::at_once(claimers, [&](int i) {
    // Several of each thread's wait for the same batch.
    for (int round = 0; round < 10; ++round) {
      std::vector<fakes::Outcome> outcomes;
      std::vector<std::vector<std::string>> found(3);
      for (auto& subjects : found)
        outcomes.push_back(fakes::hand_over(store(), [&, i](Transaction& tx) {
          subjects.clear();
          for (auto const& d :
               tx.dispatches().claim(i % 2 == 0 ? "AC1" : "AC2", "node", later(1000), later(9000), 2))
            subjects.push_back(d.subject);
        }));
      for (auto& outcome : outcomes) EXPECT_FALSE(outcome.get());
      std::scoped_lock const lock(mutex);
      for (auto const& subjects : found) claimed.insert(subjects.begin(), subjects.end());
    }
  });
  EXPECT_EQ(claimed.size(), static_cast<std::size_t>(rows));
  EXPECT_EQ(std::set(claimed.begin(), claimed.end()).size(), claimed.size()) << "one was claimed twice";
}

}  // namespace
}  // namespace linebook::contract

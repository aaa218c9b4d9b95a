#include "http/serving/account_allowances.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <stdexcept>
#include <vector>

#include "fakes/no_accounts.h"
#include "fakes/no_books.h"

namespace linebook::http {
namespace {

constexpr auto second(std::int64_t seconds) { return Instant::from_seconds(seconds); }

/// What all nodes have taken, of one account.
class Minutes final : public fakes::NoAccounts {
 public:
  std::int64_t take_requests(AccountId, std::int64_t minute, std::int64_t requests) override {
    ++asked;
    return taken[minute] += requests;
  }

  std::map<std::int64_t, std::int64_t> taken;
  int asked = 0;
};

class MinutesAlone final : public fakes::NoBooks {
 public:
  Accounts& accounts() override { return minutes; }
  Minutes minutes;
};

/// Answers writes at once, or when it is told to.
class SharedStore final : public Store {
 public:
  void write(std::unique_ptr<WriteJob> job) override {
    jobs.push_back(std::move(job));
    if (answers_at_once) answer();
  }
  void answer(std::optional<Error> error = {}) {
    auto job = std::move(jobs.front());
    jobs.erase(jobs.begin());
    if (!error) job->run(books);
    job->done(std::move(error));
  }
  void read(ReadCost, std::unique_ptr<ReadJob>) override { throw std::logic_error("nothing is read"); }
  std::uint64_t keys_generation() const override { return 0; }
  KeyChanges key_changes_since(std::uint64_t) const override { return {}; }
  std::optional<std::string> trouble() const override { return std::nullopt; }
  StoreCounters const& counters() const override { return counted; }
  void stop() override {}

  MinutesAlone books;
  std::vector<std::unique_ptr<WriteJob>> jobs;
  bool answers_at_once = true;
  StoreCounters counted;
};

/// One node's view of the account.
struct Node {
  explicit Node(SharedStore& store, Nodes nodes = Nodes::several) : allowances(store, nodes) {}

  /// Nothing: it waits, and `told` will have it.
  std::optional<bool> ask(std::int64_t limit, Instant now) {
    auto const at_once = allowances.spend(use, limit, now, [this] {
      return AccountUse::Told([this](Allowance allowance) { told.push_back(allowance); });
    });
    if (at_once) return at_once->granted;
    return std::nullopt;
  }
  /// Where the store answers at once.
  bool is_granted(std::int64_t limit, Instant now) {
    auto const granted = ask(limit, now);
    if (granted) return *granted;
    auto const last = told.back().granted;
    told.pop_back();
    return last;
  }
  int granted_of(int requests, std::int64_t limit, Instant now) {
    int granted = 0;
    for (int i = 0; i < requests; ++i) granted += is_granted(limit, now) ? 1 : 0;
    return granted;
  }

  AccountAllowances allowances;
  std::shared_ptr<AccountUse> use = std::make_shared<AccountUse>(AccountId{1});
  std::vector<Allowance> told;
};

TEST(AccountAllowances, ANodeThatIsAloneAsksNobody) {
  SharedStore store;
  Node node(store, Nodes::alone);
  EXPECT_EQ(node.granted_of(20, 10, second(600)), 10);
  EXPECT_EQ(node.granted_of(20, 10, second(660)), 10) << "the next minute";
  EXPECT_EQ(store.books.minutes.asked, 0);
}

TEST(AccountAllowances, OneOfSeveralLetsThroughExactlyTheLimit) {
  for (std::int64_t const limit : {1, 7, 200, 1000, 60'000}) {
    SharedStore store;
    Node node(store);
    EXPECT_EQ(node.granted_of(static_cast<int>(limit) + 50, limit, second(600)), limit);
    EXPECT_LE(store.books.minutes.asked, AccountAllowances::parts_of_minute + 2);
    EXPECT_EQ(node.granted_of(static_cast<int>(limit) + 50, limit, second(660)), limit) << "the next minute";
  }
}

TEST(AccountAllowances, ALimitThatIsRaisedHoldsAtOnce) {
  SharedStore store;
  Node node(store);
  EXPECT_EQ(node.granted_of(20, 10, second(600)), 10);
  EXPECT_EQ(node.granted_of(20, 15, second(601)), 4) << "a part was asked for in vain";
}

TEST(AccountAllowances, NodesShareWhatThereIs) {
  constexpr int limit = 1000;
  SharedStore store;
  Node busy(store), quiet(store), third(store);
  EXPECT_TRUE(quiet.is_granted(limit, second(600)));
  EXPECT_TRUE(third.is_granted(limit, second(601)));
  auto const granted = 2 + busy.granted_of(2 * limit, limit, second(602));
  EXPECT_LE(granted, limit);
  EXPECT_GE(granted, limit * 95 / 100) << "what quiet nodes hold";
}

TEST(AccountAllowances, WhoeverWaitsIsToldInOrder) {
  SharedStore store;
  store.answers_at_once = false;
  Node node(store);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(node.ask(3, second(600)));
  EXPECT_EQ(store.jobs.size(), 1U) << "one asks for all";
  store.answer();
  ASSERT_EQ(node.told.size(), 1U) << "a part of so few is one";
  store.answer();
  ASSERT_EQ(node.told.size(), 5U);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(node.told[i].granted, i < 3);
  EXPECT_EQ(node.told[4].remaining, 0);
  EXPECT_EQ(node.told[4].reset_seconds, 660);
  EXPECT_EQ(node.ask(3, second(601)), false) << "that nothing is left is known here";
  EXPECT_TRUE(store.jobs.empty());
}

TEST(AccountAllowances, NobodyIsRefusedBecauseTheStoreIsAway) {
  SharedStore store;
  store.answers_at_once = false;
  Node node(store);
  EXPECT_FALSE(node.ask(3, second(600)));
  store.answer(Error{ErrorCode::unavailable, "away", {}});
  ASSERT_EQ(node.told.size(), 1U);
  EXPECT_TRUE(node.told[0].granted);
  EXPECT_FALSE(node.ask(3, second(600))) << "it is asked again";
  EXPECT_EQ(store.jobs.size(), 1U);
}

TEST(AccountAllowances, AnAnswerOfTheMinuteBeforeIsNotUsedInThis) {
  SharedStore store;
  store.answers_at_once = false;
  Node node(store);
  EXPECT_FALSE(node.ask(3, second(600)));
  EXPECT_FALSE(node.ask(3, second(660)));
  store.answer();
  EXPECT_TRUE(node.told.empty());
  store.answer();
  EXPECT_EQ(node.told.size(), 2U);
  EXPECT_EQ(store.books.minutes.taken[11], 2);
}

TEST(AccountAllowances, WaitingHasABound) {
  SharedStore store;
  store.answers_at_once = false;
  Node node(store);
  for (std::size_t i = 0; i < AccountAllowances::max_waiting; ++i)
    EXPECT_FALSE(node.ask(1'000'000, second(600)));
  EXPECT_EQ(node.ask(1'000'000, second(600)), true) << "nothing is known to be used up";
}

}  // namespace
}  // namespace linebook::http

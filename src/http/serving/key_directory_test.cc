#include "http/serving/key_directory.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <memory>
#include <stdexcept>
#include <thread>

#include "fakes/no_accounts.h"
#include "fakes/no_books.h"
#include "fakes/plain_secrets.h"

namespace linebook::http {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::make_address;

constexpr auto at(std::int64_t seconds) { return Instant::from_seconds(seconds); }

Principal principal_with(std::int64_t rate_limit) {
  return {.account = {1},
          .scopes = Scopes::all(),
          .rate_limit = rate_limit,
          .use = std::make_shared<KeyUse>(KeyId{"key_1"})};
}

TEST(Spend, CountsAMinute) {
  auto const principal = principal_with(3);
  for (std::int64_t left : {2, 1, 0}) {
    auto const allowance = spend(principal, at(600));
    EXPECT_TRUE(allowance.granted);
    EXPECT_EQ(allowance.remaining, left);
    EXPECT_EQ(allowance.reset_seconds, 660);
  }
  EXPECT_FALSE(spend(principal, at(659)).granted);
  EXPECT_EQ(spend(principal, at(659)).remaining, 0);
  EXPECT_TRUE(spend(principal, at(660)).granted);
}

TEST(Spend, DoesNotStartAnewWhenTheClockStepsBack) {
  auto const principal = principal_with(1);
  EXPECT_TRUE(spend(principal, at(600)).granted);
  EXPECT_FALSE(spend(principal, at(599)).granted);
}

class Keys final : public fakes::NoAccounts {
 public:
  std::optional<Bearer> find_bearer(TokenHash const& hash) const override {
    auto const found = bearers.find(hash);
    return found == bearers.end() ? std::nullopt : std::optional(found->second);
  }

  std::map<TokenHash, Bearer> bearers;
};

class KeysAlone final : public fakes::NoBooks {
 public:
  Accounts& accounts() override { return keys; }

  Keys keys;
};

/// Answers reads when it is told to.
class HeldStore final : public Store {
 public:
  void write(std::unique_ptr<WriteJob> job) override { job->done(Error{ErrorCode::unavailable, "away"}); }
  void read(ReadCost, std::unique_ptr<ReadJob> job) override {
    jobs.push_back(std::move(job));
    if (answers_at_once) answer();
  }
  std::uint64_t keys_generation() const override { return changes.size(); }
  KeyChanges key_changes_since(std::uint64_t generation) const override {
    KeyChanges since;
    for (auto at = generation; at < changes.size(); ++at) since.take(changes[at]);
    return since;
  }
  std::optional<std::string> trouble() const override { return std::nullopt; }
  StoreCounters const& counters() const override { return counted; }
  void stop() override {}

  std::unique_ptr<ReadJob> begin() {
    auto job = std::move(jobs.front());
    jobs.pop_front();
    job->run(books);
    return job;
  }
  void answer(std::optional<Error> error = {}) { begin()->done(std::move(error)); }

  KeysAlone books;
  std::vector<KeyChanges> changes;
  std::deque<std::unique_ptr<ReadJob>> jobs;
  bool answers_at_once = true;
  StoreCounters counted;
};

class KeyDirectoryTest : public testing::Test {
 protected:
  Mac hash_of(std::string const& token) { return secrets.mac(MacPurpose::token_hash, token); }
  Bearer& make(std::string const& token, AccountId account = {1}) {
    auto const hash = hash_of(token);
    TokenHash const bytes(hash.begin(), hash.end());
    Bearer bearer;
    bearer.key.id = {"key_" + token};
    bearer.key.account = account;
    bearer.key.scopes = Scopes::all();
    return store.books.keys.bearers[bytes] = bearer;
  }
  void revoke(std::string const& token) {
    make(token).key.revoked_at = at(1);
    store.changes.push_back({.keys = {{"key_" + token}}, .accounts = {}});
  }
  /// Looks up what is not known, as a request does. Its answer goes where `answers` says.
  void look_up(std::string const& token, std::string const& from = "192.0.2.1") {
    directory.look_up(hash_of(token), make_address(from), at(600),
                      [this](KeyDirectory::Found found) { answers.push_back(std::move(found)); });
  }
  bool is_unknown_here(std::string const& token) { return !directory.find(hash_of(token), at(600)); }
  bool is_let_in(std::string const& token) {
    if (is_unknown_here(token)) look_up(token);
    auto const found = directory.find(hash_of(token), at(600));
    return found && *found && **found;
  }

  fakes::PlainSecrets secrets;
  HeldStore store;
  KeyDirectory directory{store, secrets};
  std::vector<KeyDirectory::Found> answers;
};

TEST_F(KeyDirectoryTest, AsksForAKeyOnce) {
  make("a");
  EXPECT_TRUE(is_unknown_here("a"));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(is_let_in("a"));
  std::thread([this] { EXPECT_TRUE(is_let_in("a")) << "on another thread"; }).join();
  EXPECT_EQ(directory.counters().look_ups, 1U);
  EXPECT_EQ(directory.counters().known, 1);
}

TEST_F(KeyDirectoryTest, ForgetsWhatHasChangedAndNothingElse) {
  make("a");
  make("b");
  make("c", {2});
  for (auto const* token : {"a", "b", "c"}) EXPECT_TRUE(is_let_in(token));
  revoke("a");
  EXPECT_TRUE(is_unknown_here("a"));
  EXPECT_FALSE(is_unknown_here("b") || is_unknown_here("c"));
  EXPECT_FALSE(is_let_in("a"));
  EXPECT_FALSE(is_unknown_here("a")) << "what is revoked is remembered too";

  make("c", {2}).account_status = AccountStatus::suspended;
  store.changes.push_back({.keys = {}, .accounts = {{2}}});
  EXPECT_FALSE(is_let_in("c"));
  EXPECT_TRUE(is_let_in("b"));
  make("c", {2});
  store.changes.push_back({.keys = {}, .accounts = {{2}}});
  EXPECT_TRUE(is_let_in("c"));

  store.changes.push_back({.keys = {}, .accounts = {}, .everything = true});
  EXPECT_TRUE(is_unknown_here("b") && is_unknown_here("c"));
  EXPECT_TRUE(is_let_in("b"));
}

TEST_F(KeyDirectoryTest, ASessionCountsAsItsKeyAndEndsAlone) {
  make("a").key.rate_limit = 1000;
  auto const session = [&](std::string const& token, std::string const& id) {
    auto& bearer = make(token);
    bearer.key.id = {"key_a"};
    bearer.session = {{id}, at(700)};
  };
  session("s", "ses_1");
  session("t", "ses_2");
  for (auto const* token : {"a", "s", "t"}) EXPECT_TRUE(is_let_in(token)) << token;
  auto const principal = [&](std::string const& token) { return **directory.find(hash_of(token), at(600)); };
  EXPECT_EQ(principal("s")->session, SessionId{"ses_1"});
  EXPECT_EQ(principal("s")->expires_at, at(700));
  EXPECT_FALSE(principal("a")->session);
  EXPECT_EQ(principal("a")->use, principal("s")->use) << "one minute for all";

  auto const ended = hash_of("s");
  store.books.keys.bearers.erase(TokenHash(ended.begin(), ended.end()));
  store.changes.push_back({.keys = {}, .accounts = {}, .sessions = {{{"ses_1"}, {"key_a"}}}});
  EXPECT_TRUE(is_unknown_here("s"));
  EXPECT_FALSE(is_unknown_here("a") || is_unknown_here("t"));
  store.changes.push_back({.keys = {{"key_a"}}, .accounts = {}});
  EXPECT_TRUE(is_unknown_here("a") && is_unknown_here("t")) << "with the key go its sessions";
}

TEST_F(KeyDirectoryTest, AsksOnceForAllWhoWaitForTheSame) {
  store.answers_at_once = false;
  make("a");
  for (int i = 0; i < 5; ++i) look_up("a");
  ASSERT_EQ(store.jobs.size(), 1U);
  EXPECT_TRUE(answers.empty());
  store.answer();
  ASSERT_EQ(answers.size(), 5U);
  for (auto const& answer : answers) EXPECT_TRUE(answer && *answer);
}

TEST_F(KeyDirectoryTest, AsksAgainWhereAKeyChangedMeanwhile) {
  store.answers_at_once = false;
  make("a");
  look_up("a");
  auto read_before = store.begin();
  revoke("a");
  read_before->done({});
  EXPECT_TRUE(answers.empty()) << "what was read is out of date";
  store.answer();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_FALSE(*answers[0]);
}

TEST_F(KeyDirectoryTest, GivesUpOnAKeyThatKeepsChanging) {
  store.answers_at_once = false;
  make("a");
  look_up("a");
  while (!store.jobs.empty()) {
    auto job = store.begin();
    revoke("a");
    job->done({});
  }
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].error().code, ErrorCode::unavailable);
  EXPECT_EQ(directory.counters().look_ups, static_cast<std::uint64_t>(KeyDirectory::max_tries));
}

TEST_F(KeyDirectoryTest, AsksForSoManyAtATime) {
  store.answers_at_once = false;
  auto const all = KeyDirectory::max_looked_up + KeyDirectory::max_waiting;
  for (std::size_t i = 0; i <= all; ++i) {
    make(std::to_string(i));
    look_up(std::to_string(i), "192.0.2." + std::to_string(i % 200));
  }
  EXPECT_EQ(store.jobs.size(), KeyDirectory::max_looked_up);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].error().code, ErrorCode::overloaded);
  EXPECT_EQ(directory.counters().look_ups_refused, 1U);
  while (!store.jobs.empty()) store.answer();
  ASSERT_EQ(answers.size(), all + 1);
  for (std::size_t i = 1; i < answers.size(); ++i) EXPECT_TRUE(answers[i] && *answers[i]) << i;
}

TEST_F(KeyDirectoryTest, AnAwayStoreIsNobodysFault) {
  store.answers_at_once = false;
  for (int i = 0; i < 2 * static_cast<int>(UnknownTokens::of_network.at_once); ++i) {
    look_up(std::to_string(i));
    store.answer(Error{ErrorCode::unavailable, "away"});
    ASSERT_EQ(answers.back().error().code, ErrorCode::unavailable);
  }
}

TEST_F(KeyDirectoryTest, UnknownTokensOfOneAddressRunOut) {
  auto const enough = static_cast<int>(UnknownTokens::of_network.at_once) * 2;
  for (int i = 0; i < enough; ++i) look_up(std::to_string(i), "2001:db8::" + std::to_string(i % 100));
  EXPECT_EQ(answers.back().error().code, ErrorCode::overloaded) << "a /64 is one";
  EXPECT_LT(directory.counters().look_ups, static_cast<std::uint64_t>(enough));
  look_up("another's", "2001:db8:1::1");
  EXPECT_TRUE(answers.back()) << "others are not affected";
  EXPECT_FALSE(is_unknown_here("0")) << "what was looked up is remembered";
}

TEST_F(KeyDirectoryTest, GoodKeysRunOutOfNothing) {
  auto const many = static_cast<int>(UnknownTokens::of_network.at_once) * 3;
  for (int i = 0; i < many; ++i) {
    make(std::to_string(i));
    EXPECT_TRUE(is_let_in(std::to_string(i)));
  }
}

TEST_F(KeyDirectoryTest, TellsUsesOnce) {
  make("a");
  make("b");
  EXPECT_TRUE(directory.take_uses().empty());
  EXPECT_TRUE(is_let_in("a"));
  EXPECT_TRUE(is_let_in("b"));
  EXPECT_EQ(directory.take_uses().size(), 2U);
  EXPECT_TRUE(directory.take_uses().empty());
  directory.find(hash_of("a"), at(700));
  auto const uses = directory.take_uses();
  ASSERT_EQ(uses.size(), 1U);
  EXPECT_EQ(uses[0].first.value, "key_a");
  EXPECT_EQ(uses[0].second, at(700));
}

TEST(KnownKeys, ABoundMakesTheOldestGoFirst) {
  KnownKeys keys(2);
  auto const key = [](std::uint8_t number) {
    Bearer bearer;
    bearer.key.id = {"key_" + std::to_string(number)};
    return bearer;
  };
  auto const first = keys.remember(Mac{1}, key(1));
  keys.remember(Mac{2}, key(2));
  keys.remember(Mac{3}, key(3));
  EXPECT_EQ(keys.size(), 2U);
  EXPECT_FALSE(keys.find(Mac{1}));
  EXPECT_FALSE(first->is_current);
  EXPECT_TRUE(keys.find(Mac{2}) && keys.find(Mac{3}));
}

Mac mac_of(unsigned number) {
  Mac mac{};
  std::memcpy(mac.data(), &number, sizeof number);
  return mac;
}

TEST(UnknownTokens, WhoeverComesAgainLaterIsLookedUpAmidAFlood) {
  auto const tokens = std::make_unique<UnknownTokens>();
  auto const client = make_address("192.0.2.1");
  auto now = UnknownTokens::Clock::now();
  unsigned made = 0;
  auto const flood = [&] {
    for (int i = 0; i < 1000; ++i) tokens->spend(mac_of(++made), client, now);
  };
  flood();
  Mac good{};
  good.fill(0xAB);
  EXPECT_FALSE(tokens->spend(good, client, now));
  EXPECT_FALSE(tokens->spend(good, client, now + 1ms)) << "it is asked to wait";
  now += 1s;
  flood();
  EXPECT_EQ(tokens->spend(good, client, now), UnknownTokens::Purse::returning);
}

TEST(UnknownTokens, AreForgottenAfterAMoment) {
  UnknownTokens tokens;
  auto const now = UnknownTokens::Clock::now();
  tokens.remember(Mac{1}, now);
  EXPECT_TRUE(tokens.remembers(Mac{1}, now + UnknownTokens::remembered_for));
  EXPECT_FALSE(tokens.remembers(Mac{1}, now + UnknownTokens::remembered_for + 1ms));
}

TEST(UnknownTokens, AllNetworksTogetherRunOutAndRecover) {
  auto const tokens = std::make_unique<UnknownTokens>();
  auto const now = UnknownTokens::Clock::now();
  unsigned made = 0;
  auto const granted = [&](UnknownTokens::Clock::time_point when) {
    int count = 0;
    for (unsigned i = 0; i < 3 * static_cast<unsigned>(UnknownTokens::of_node.at_once); ++i)
      if (tokens->spend(mac_of(made++), boost::asio::ip::address_v4(0x0A000000 + i * 7919), when)) ++count;
    return count;
  };
  EXPECT_EQ(granted(now), static_cast<int>(UnknownTokens::of_node.at_once));
  EXPECT_EQ(granted(now), 0);
  EXPECT_EQ(granted(now + 1s), static_cast<int>(UnknownTokens::of_node.per_second));
}

}  // namespace
}  // namespace linebook::http

// What every store owes verifications.
#include <gmock/gmock.h>

#include <atomic>

#include "contract/store_contract.h"
#include "fakes/many_at_once.h"

namespace linebook::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class VerificationsContract : public StoreContract {
 protected:
  NumberVerification waiting(std::string phone, std::string_view number = "5852984455") {
    return {.id = {ids.next("ver_", noon)},
            .phone = {std::move(phone)},
            .number = digits(number),
            .channel = Channel::text,
            .code_hash = std::string("\0hash\xff", 6),
            .created_at = later(1),
            .expires_at = later(600)};
  }
  void save(AccountId account, NumberVerification const& v) {
    write([&](Transaction& tx) { tx.verifications().save(account, v); });
  }
  std::optional<NumberVerification> find(AccountId account, std::string phone) {
    return read([&](Transaction const& tx) { return tx.verifications().find(account, {phone}); });
  }
  void send(AccountId account, std::string_view number, Instant at, Instant forget_before = Instant{0}) {
    write([&](Transaction& tx) { tx.verifications().add_send(account, digits(number), at, forget_before); });
  }
  std::vector<std::int64_t> sends(AccountId account, std::string_view number, Instant since = Instant{0}) {
    std::vector<std::int64_t> times;
    for (auto const at : read(
             [&](Transaction const& tx) { return tx.verifications().sends(account, digits(number), since); }))
      times.push_back(at.milliseconds - noon.milliseconds);
    return times;
  }
};

LINEBOOK_EVERY_STORE(VerificationsContract);

TEST_P(VerificationsContract, KeepsOneForEachEntry) {
  auto const first = waiting("phn_1");
  save(home, first);
  save(home, waiting("phn_2"));
  auto newer = waiting("phn_1", "5852984456");
  newer.channel = Channel::call;
  newer.checks_left = 2;
  newer.created_at = later(3);
  newer.expires_at = later(700);
  newer.code_hash = "another";
  save(home, newer);
  auto const kept = find(home, "phn_1");
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->id, newer.id);
  EXPECT_EQ(kept->phone.value, "phn_1");
  EXPECT_EQ(kept->number, newer.number);
  EXPECT_EQ(kept->channel, Channel::call);
  EXPECT_EQ(kept->code_hash, "another");
  EXPECT_EQ(kept->checks_left, 2);
  EXPECT_EQ(kept->created_at, later(3));
  EXPECT_EQ(kept->expires_at, later(700));
  EXPECT_EQ(find(home, "phn_2")->code_hash, first.code_hash);
  EXPECT_FALSE(find(other, "phn_1"));
  write([&](Transaction& tx) { tx.verifications().remove(home, {"phn_1"}); });
  EXPECT_FALSE(find(home, "phn_1"));
  EXPECT_TRUE(find(home, "phn_2"));
}

TEST_P(VerificationsContract, KnowsWhenCodesWereSent) {
  EXPECT_THAT(sends(home, "5852984455"), IsEmpty());
  for (auto const at : {1, 5, 3, 5}) send(home, "5852984455", later(at));
  send(home, "5852984456", later(2));
  EXPECT_THAT(sends(home, "5852984455"), ElementsAre(1, 3, 5, 5));
  EXPECT_THAT(sends(home, "5852984455", later(3)), ElementsAre(3, 5, 5));
  EXPECT_THAT(sends(other, "5852984455"), IsEmpty());
  send(home, "5852984455", later(9), later(4));
  EXPECT_THAT(sends(home, "5852984455"), ElementsAre(5, 5, 9));
  EXPECT_THAT(sends(home, "5852984456"), IsEmpty()) << "nobody asks for it again";
}

TEST_P(VerificationsContract, WhoeverCountsKeepsOthersFromSending) {
  constexpr std::size_t allowed = 3;
  std::atomic<int> sent = 0;
  fakes::at_once(8, [&](int) {
    std::vector<fakes::Outcome> outcomes;
    for (int i = 0; i < 3; ++i)
      outcomes.push_back(fakes::hand_over(store(), [&](Transaction& tx) {
        if (tx.verifications().sends(home, digits("5852984455"), later(0)).size() >= allowed) return;
        tx.verifications().add_send(home, digits("5852984455"), later(1), later(0));
        ++sent;
      }));
    for (auto& outcome : outcomes) EXPECT_FALSE(outcome.get());
  });
  EXPECT_GE(sent, static_cast<int>(allowed));  // more where a transaction was run again
  EXPECT_THAT(sends(home, "5852984455"), ElementsAre(1, 1, 1));
}

}  // namespace
}  // namespace linebook::contract

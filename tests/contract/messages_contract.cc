// What every store owes texts, and what was told of them and of calls.
#include <gmock/gmock.h>

#include "contract/store_contract.h"

namespace linebook::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto john = "+15852984455";
constexpr auto jane = "+15852984456";
constexpr auto desk = "+12125550142";

class MessagesContract : public StoreContract {
 protected:
  Message text(std::string sid, Instant at, std::string to = john) {
    Message m;
    m.id = {ids.next("msg_", at)};
    m.line = {"pn_1"};
    m.from = desk;
    m.to = std::move(to);
    m.carrier_sid = std::move(sid);
    m.text_sealed = std::string("\0sealed", 7);
    m.created_at = m.updated_at = at;
    return m;
  }
  Message ended(std::string sid, Instant at, MessageStatus status, std::optional<int> code = {},
                std::string to = john) {
    auto m = text(std::move(sid), at, std::move(to));
    m.status = status;
    m.error_code = code;
    return m;
  }
  void add(AccountId account, Message const& m) {
    write([&](Transaction& tx) { tx.messages().insert(account, m); });
  }
  std::optional<Message> find(AccountId account, MessageId const& id) {
    return read([&](Transaction const& tx) { return tx.messages().find(account, id); });
  }
  std::vector<std::string> sids(AccountId account, MessageFilter const& filter,
                                std::optional<Keyset> after = {}, std::int64_t limit = 10) {
    std::vector<std::string> found;
    for (auto const& m :
         read([&](Transaction const& tx) { return tx.messages().list(account, filter, after, limit); }))
      found.push_back(m.carrier_sid);
    return found;
  }
  std::int64_t forget(Instant before, std::int64_t limit) {
    std::int64_t forgotten = 0;
    write([&](Transaction& tx) { forgotten = tx.messages().forget_texts(home, before, limit); });
    return forgotten;
  }
  std::vector<std::string> with_text(MessageId const& after = {}, std::int64_t limit = 10) {
    std::vector<std::string> found;
    for (auto const& m :
         read([&](Transaction const& tx) { return tx.messages().with_text(home, after, limit); }))
      found.push_back(m.carrier_sid);
    return found;
  }
};

LINEBOOK_EVERY_STORE(MessagesContract);

TEST_P(MessagesContract, KeepsEveryField) {
  auto m = text("msg_own", later(1));
  m.phone = ContactNumberId{"phn_1"};
  m.purpose = Purpose::care;
  m.decision = DecisionId{"dec_1"};
  m.send_at = later(100);
  add(home, m);
  EXPECT_FALSE(find(other, m.id));
  auto const bare = find(home, m.id);
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->status, MessageStatus::accepted);
  EXPECT_FALSE(bare->error_code || bare->error_message || bare->segments || bare->price || bare->sent_at ||
               bare->ended_at);
  EXPECT_EQ(bare->text_sealed, m.text_sealed);

  m.status = MessageStatus::undelivered;
  m.decision = DecisionId{"dec_2"};
  m.carrier_sid = "SM1";
  m.error_code = 30003;
  m.error_message = "the phone is switched off";
  m.segments = 2;
  m.price = "-0.00750";
  m.price_unit = "USD";
  m.sent_at = later(101);
  m.ended_at = later(102);
  m.updated_at = later(103);
  write([&](Transaction& tx) { tx.messages().update(home, m); });
  auto const kept =
      read([&](Transaction const& tx) { return tx.messages().find_by_carrier_sid(home, "SM1"); });
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->id, m.id);
  EXPECT_EQ(kept->direction, Direction::outbound);
  EXPECT_EQ(kept->line.value, "pn_1");
  EXPECT_EQ(kept->from, desk);
  EXPECT_EQ(kept->to, john);
  EXPECT_EQ(kept->phone, m.phone);
  EXPECT_EQ(kept->purpose, Purpose::care);
  EXPECT_EQ(kept->decision->value, "dec_2");
  EXPECT_EQ(kept->status, MessageStatus::undelivered);
  EXPECT_EQ(kept->error_code, 30003);
  EXPECT_EQ(kept->error_message, m.error_message);
  EXPECT_EQ(kept->segments, 2);
  EXPECT_EQ(kept->price, "-0.00750");
  EXPECT_EQ(kept->price_unit, "USD");
  EXPECT_EQ(kept->send_at, later(100));
  EXPECT_EQ(kept->created_at, later(1));
  EXPECT_EQ(kept->sent_at, later(101));
  EXPECT_EQ(kept->ended_at, later(102));
  EXPECT_EQ(kept->updated_at, later(103));
}

TEST_P(MessagesContract, OneMessageACarriersId) {
  add(home, text("SM1", later(1)));
  add(other, text("SM1", later(1)));
  EXPECT_FALSE(try_write([&](Transaction& tx) { tx.messages().insert(home, text("SM1", later(2))); }));
}

TEST_P(MessagesContract, ListsNewestFirstThroughEveryFilter) {
  auto in = text("SM2", later(2), desk);
  in.direction = Direction::inbound;
  in.status = MessageStatus::received;
  in.from = jane;
  auto third = text("SM3", later(3), jane);
  third.line = {"pn_2"};
  for (auto const& m : {text("SM1", later(1)), in, third}) add(home, m);
  EXPECT_THAT(sids(home, {}), ElementsAre("SM3", "SM2", "SM1"));
  EXPECT_THAT(sids(home, {}, Keyset{in.created_at, in.id.value}), ElementsAre("SM1"));
  EXPECT_THAT(sids(home, {}, {}, 2), ElementsAre("SM3", "SM2"));
  EXPECT_THAT(sids(home, {.line = LineId{"pn_1"}}), ElementsAre("SM2", "SM1"));
  EXPECT_THAT(sids(home, {.from = desk}), ElementsAre("SM3", "SM1"));
  EXPECT_THAT(sids(home, {.to = jane}), ElementsAre("SM3"));
  EXPECT_THAT(sids(home, {.from = desk, .to = john}), ElementsAre("SM1"));
  EXPECT_THAT(sids(home, {.line = LineId{"pn_2"}, .from = jane}), IsEmpty());
  EXPECT_THAT(sids(home, {.status = MessageStatus::received}), ElementsAre("SM2"));
  EXPECT_THAT(sids(home, {.direction = Direction::outbound}), ElementsAre("SM3", "SM1"));
  EXPECT_THAT(sids(home, {.since = later(2)}), ElementsAre("SM3", "SM2"));
  EXPECT_THAT(sids(home, {.until = later(3)}), ElementsAre("SM2", "SM1"));
  EXPECT_THAT(sids(other, {}), IsEmpty());
}

TEST_P(MessagesContract, CountsHowTextsToANumberCameOut) {
  using enum MessageStatus;
  for (auto const& m :
       {ended("SM1", later(1), delivered), ended("SM2", later(5), delivered),
        ended("SM3", later(6), undelivered, 30003), ended("SM4", later(8), undelivered, 30005),
        ended("SM5", later(7), undelivered), ended("SM6", later(9), delivered, {}, jane)})
    add(home, m);
  auto in = ended("SM7", later(9), received);
  in.direction = Direction::inbound;
  add(home, in);
  auto const counts = [&](Instant since) {
    std::vector<std::string> told;
    for (auto const& c :
         read([&](Transaction const& tx) { return tx.messages().outcomes_to(home, john, since); }))
      told.push_back(c.status + " " + std::to_string(c.error_code.value_or(0)) + " " +
                     std::to_string(c.count) + " " +
                     std::to_string(c.last_at.milliseconds - noon.milliseconds));
    return told;
  };
  EXPECT_THAT(counts(later(1)), ElementsAre("delivered 0 2 5", "undelivered 0 1 7", "undelivered 30003 1 6",
                                            "undelivered 30005 1 8"));
  EXPECT_THAT(counts(later(2)), ElementsAre("delivered 0 1 5", "undelivered 0 1 7", "undelivered 30003 1 6",
                                            "undelivered 30005 1 8"));
  EXPECT_THAT(counts(later(9)), IsEmpty());
}

TEST_P(MessagesContract, CountsNumbersThatFail) {
  using enum MessageStatus;
  auto const numbered = [](int n) { return "+1585298440" + std::to_string(n); };
  for (auto const& m : {
           ended("SM1", later(1), failed, 30005, numbered(1)),
           ended("SM2", later(2), undelivered, 30003, numbered(1)),  // the newest tells why
           ended("SM3", later(3), undelivered, 30003, numbered(2)),
           ended("SM4", later(4), sent, {}, numbered(2)),  // not known yet
           ended("SM5", later(1), undelivered, 30003, numbered(3)),
           ended("SM6", later(2), delivered, {}, numbered(3)),  // works again
           ended("SM7", later(1), delivered, {}, numbered(4)),
           ended("SM8", later(2), undelivered, {}, numbered(4)),
           ended("SM9", later(0), failed, 30005, numbered(5)),
       })
    add(home, m);
  auto const failing = [&](AccountId account, Instant since) {
    std::vector<std::pair<int, std::int64_t>> told;
    for (auto const& f :
         read([&](Transaction const& tx) { return tx.messages().failing_numbers(account, since); }))
      told.emplace_back(f.error_code.value_or(0), f.numbers);
    return told;
  };
  EXPECT_THAT(failing(home, later(1)), ElementsAre(std::pair(30003, 2), std::pair(0, 1)));
  EXPECT_THAT(failing(home, later(3)), ElementsAre(std::pair(30003, 1)));
  EXPECT_THAT(failing(other, later(0)), IsEmpty());
  auto const named = [&](AccountId account, Instant since, std::int64_t limit = 10) {
    std::vector<std::pair<std::string, int>> told;
    for (auto const& f :
         read([&](Transaction const& tx) { return tx.messages().last_failing(account, since, limit); }))
      told.emplace_back(f.number, f.error_code.value_or(0));
    return told;
  };
  EXPECT_THAT(named(home, later(1)), ElementsAre(std::pair(numbered(2), 30003), std::pair(numbered(4), 0),
                                                 std::pair(numbered(1), 30003)))
      << "the one that failed last comes first";
  EXPECT_THAT(named(home, later(1), 1), ElementsAre(std::pair(numbered(2), 30003)));
  EXPECT_THAT(named(home, later(3)), ElementsAre(std::pair(numbered(2), 30003)));
  EXPECT_THAT(named(other, later(0)), IsEmpty());
}

TEST_P(MessagesContract, ForgetsWordsOldestFirstAndKeepsTheFact) {
  auto const first = text("SM1", later(1));
  for (auto const& m : {text("SM3", later(3)), first, text("SM2", later(2)), text("SM4", later(4))})
    add(home, m);
  add(other, text("SM1", later(1)));
  EXPECT_EQ(forget(later(4), 2), 2);
  EXPECT_THAT(with_text(), testing::UnorderedElementsAre("SM3", "SM4"));
  EXPECT_EQ(forget(later(4), 2), 1);
  EXPECT_EQ(forget(later(4), 2), 0);
  EXPECT_THAT(with_text(), ElementsAre("SM4"));
  auto const kept = find(home, first.id);
  ASSERT_TRUE(kept);
  EXPECT_FALSE(kept->text_sealed);
  EXPECT_EQ(kept->updated_at, later(1));
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.messages().with_text(other, {}, 10); }).size(), 1u);
}

TEST_P(MessagesContract, PagesThroughThoseThatHaveWords) {
  std::vector<Message> all;
  for (int i = 0; i < 5; ++i) all.push_back(text("SM" + std::to_string(i), later(i)));
  all[2].text_sealed.reset();
  for (auto const& m : all) add(home, m);
  EXPECT_THAT(with_text({}, 2), ElementsAre("SM0", "SM1"));
  EXPECT_THAT(with_text(all[1].id, 2), ElementsAre("SM3", "SM4"));
  EXPECT_THAT(with_text(all[4].id, 2), IsEmpty());
}

TEST_P(MessagesContract, KeepsNoticesAsTheyCame) {
  auto const append = [&](AccountId account, std::string id, std::string subject, std::string status,
                          std::optional<int> code = {}, std::optional<std::int64_t> sequence = {}) {
    write([&](Transaction& tx) {
      tx.status_notices().append(account, {.id = id,
                                           .subject = subject,
                                           .status = status,
                                           .told_by = "carrier",
                                           .error_code = code,
                                           .sequence = sequence,
                                           .at = later(3)});
    });
  };
  append(home, "ntc_2", "msg_1", "undelivered", 30003, 4);
  append(home, "ntc_1", "msg_1", "sent");
  append(home, "ntc_3", "msg_1", "sent");  // told again
  append(home, "ntc_4", "call_1", "ringing");
  append(other, "ntc_1", "msg_1", "delivered");
  auto const of = [&](std::string_view subject, std::int64_t limit = 10) {
    return read([&](Transaction const& tx) { return tx.status_notices().of(home, subject, limit); });
  };
  auto const notices = of("msg_1");
  ASSERT_EQ(notices.size(), 3u);
  EXPECT_EQ(notices[0].id, "ntc_1");
  EXPECT_FALSE(notices[0].error_code || notices[0].sequence);
  EXPECT_EQ(notices[1].status, "undelivered");
  EXPECT_EQ(notices[1].subject, "msg_1");
  EXPECT_EQ(notices[1].told_by, "carrier");
  EXPECT_EQ(notices[1].error_code, 30003);
  EXPECT_EQ(notices[1].sequence, 4);
  EXPECT_EQ(notices[1].at, later(3));
  EXPECT_EQ(notices[2].id, "ntc_3");
  EXPECT_EQ(of("msg_1", 2).size(), 2u);
  EXPECT_EQ(of("call_1").size(), 1u);
  EXPECT_TRUE(of("msg_2").empty());
}

}  // namespace
}  // namespace linebook::contract

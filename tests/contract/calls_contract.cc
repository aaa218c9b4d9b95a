// What every store owes call records.
#include <gmock/gmock.h>

#include "contract/store_contract.h"

namespace linebook::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CallsContract : public StoreContract {
 protected:
  CallRecord call(std::string sid, Instant at, std::string line = "pn_1", std::string from = "+15852984455") {
    CallRecord c;
    c.id = {ids.next("call_", at)};
    c.carrier_sid = std::move(sid);
    c.line = {std::move(line)};
    c.from = std::move(from);
    c.to = "+12125550142";
    c.started_at = c.updated_at = at;
    return c;
  }
  void add(AccountId account, CallRecord const& c) {
    write([&](Transaction& tx) { tx.calls().insert(account, c); });
  }
  std::vector<std::string> sids(AccountId account, CallFilter const& filter, std::optional<Keyset> after = {},
                                std::int64_t limit = 10) {
    std::vector<std::string> found;
    for (auto const& c :
         read([&](Transaction const& tx) { return tx.calls().list(account, filter, after, limit); }))
      found.push_back(c.carrier_sid);
    return found;
  }
};

LINEBOOK_EVERY_STORE(CallsContract);

TEST_P(CallsContract, KeepsEveryField) {
  auto c = call("CA1", later(1));
  add(home, c);
  auto const by_sid = [&](AccountId account) {
    return read([&](Transaction const& tx) { return tx.calls().find_by_carrier_sid(account, "CA1"); });
  };
  ASSERT_TRUE(by_sid(home));
  EXPECT_FALSE(by_sid(other));
  EXPECT_FALSE(by_sid(home)->action || by_sid(home)->ai_agent || by_sid(home)->ended_at);
  c.status = CallStatus::no_answer;
  c.action = CallAction::agent;
  c.ai_agent = AgentId{"desk"};
  c.duration_seconds = 61;
  c.ended_at = later(7);
  c.updated_at = later(8);
  write([&](Transaction& tx) { tx.calls().update(home, c); });
  auto const kept = read([&](Transaction const& tx) { return tx.calls().find(home, c.id); });
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->carrier_sid, "CA1");
  EXPECT_EQ(kept->line.value, "pn_1");
  EXPECT_EQ(kept->from, c.from);
  EXPECT_EQ(kept->to, c.to);
  EXPECT_EQ(kept->status, CallStatus::no_answer);
  EXPECT_EQ(kept->action, CallAction::agent);
  EXPECT_EQ(kept->ai_agent->value, "desk");
  EXPECT_EQ(kept->duration_seconds, 61);
  EXPECT_EQ(kept->started_at, later(1));
  EXPECT_EQ(kept->ended_at, later(7));
  EXPECT_EQ(kept->updated_at, later(8));
  EXPECT_FALSE(read([&](Transaction const& tx) { return tx.calls().find(other, c.id); }));
}

TEST_P(CallsContract, KeepsEveryFieldOfAnOutboundCall) {
  auto c = call("call_own", later(1));
  add(home, c);
  auto const kept = [&] { return *read([&](Transaction const& tx) { return tx.calls().find(home, c.id); }); };
  EXPECT_EQ(kept().direction, Direction::inbound);
  EXPECT_FALSE(kept().phone || kept().purpose || kept().decision || kept().answered_by || kept().error_code ||
               kept().error_message || kept().dialed_for || kept().speech_sealed);
  EXPECT_EQ(kept().voicemail, Voicemail::agent);
  EXPECT_TRUE(kept().metadata.empty());
  c.carrier_sid = "CA9";
  c.direction = Direction::outbound;
  c.phone = ContactNumberId{"phn_1"};
  c.purpose = Purpose::marketing;
  c.decision = DecisionId{"dec_1"};
  c.answered_by = AnsweredBy::machine;
  c.voicemail = Voicemail::leave;
  c.metadata = {{"visit", "\"17\""}, {"desk", ""}, {"a", "\u00e9"}};
  c.error_code = 13224;
  c.error_message = "not a number that can be called";
  c.dialed_for = DialedFor{{"dl_1"}, {"de_1"}};
  c.speech_sealed = std::string("\0sealed", 7);
  write([&](Transaction& tx) { tx.calls().update(home, c); });
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.calls().find_by_carrier_sid(home, "CA9"); })->id,
            c.id);
  EXPECT_FALSE(read([&](Transaction const& tx) { return tx.calls().find_by_carrier_sid(home, "call_own"); }));
  EXPECT_EQ(kept().direction, Direction::outbound);
  EXPECT_EQ(kept().phone, c.phone);
  EXPECT_EQ(kept().purpose, c.purpose);
  EXPECT_EQ(kept().decision, c.decision);
  EXPECT_EQ(kept().answered_by, AnsweredBy::machine);
  EXPECT_EQ(kept().voicemail, Voicemail::leave);
  EXPECT_EQ(kept().metadata, c.metadata);
  EXPECT_EQ(kept().error_code, 13224);
  EXPECT_EQ(kept().error_message, c.error_message);
  EXPECT_EQ(kept().dialed_for, c.dialed_for);
  EXPECT_EQ(kept().speech_sealed, c.speech_sealed);
  EXPECT_THAT(sids(home, {.direction = Direction::outbound}), ElementsAre("CA9"));
  EXPECT_THAT(sids(home, {.direction = Direction::inbound}), IsEmpty());
}

TEST_P(CallsContract, CountsHowCallsToANumberCameOut) {
  auto const out = [&](std::string sid, int at, CallStatus status, std::optional<int> code = {}) {
    auto c = call(std::move(sid), later(at));
    c.direction = Direction::outbound;
    c.status = status;
    c.error_code = code;
    return c;
  };
  auto elsewhere = out("CA5", 9, CallStatus::completed);
  elsewhere.to = "+12125550143";
  for (auto const& c : {out("CA1", 1, CallStatus::completed), out("CA2", 3, CallStatus::completed),
                        call("CA3", later(7)), out("CA4", 2, CallStatus::failed, 13224), elsewhere})
    add(home, c);
  auto const counts = [&](Instant since) {
    std::vector<std::string> told;
    for (auto const& c :
         read([&](Transaction const& tx) { return tx.calls().outcomes_to(home, "+12125550142", since); }))
      told.push_back(c.status + " " + std::to_string(c.error_code.value_or(0)) + " " +
                     std::to_string(c.count) + " " +
                     std::to_string(c.last_at.milliseconds - noon.milliseconds));
    return told;
  };
  EXPECT_THAT(counts(later(1)), ElementsAre("completed 0 2 3", "failed 13224 1 2"));
  EXPECT_THAT(counts(later(3)), ElementsAre("completed 0 1 3"));
}

TEST_P(CallsContract, PagesThroughThoseThatHaveWords) {
  std::vector<CallRecord> all;
  for (int i = 0; i < 4; ++i) {
    all.push_back(call("CA" + std::to_string(i), later(i)));
    if (i != 1) all.back().speech_sealed = "sealed";
    add(home, all.back());
  }
  auto const with_speech = [&](CallId const& after, std::int64_t limit) {
    std::vector<std::string> found;
    for (auto const& c :
         read([&](Transaction const& tx) { return tx.calls().with_speech(home, after, limit); }))
      found.push_back(c.carrier_sid);
    return found;
  };
  EXPECT_THAT(with_speech({}, 2), ElementsAre("CA0", "CA2"));
  EXPECT_THAT(with_speech(all[2].id, 2), ElementsAre("CA3"));
  EXPECT_THAT(with_speech(all[3].id, 2), IsEmpty());
}

TEST_P(CallsContract, OneRecordACall) {
  add(home, call("CA1", later(1)));
  add(other, call("CA1", later(1)));
  EXPECT_FALSE(try_write([&](Transaction& tx) { tx.calls().insert(home, call("CA1", later(2))); }));
}

TEST_P(CallsContract, ListsWhoWasCalledAndForWhichList) {
  constexpr auto desk = "+12125550142", john = "+15852984455", jane = "+15852984456";
  auto const out = [&](std::string sid, Instant at, std::string to, std::optional<std::string> list = {}) {
    auto c = call(std::move(sid), at, "pn_1", desk);
    c.to = std::move(to);
    c.direction = Direction::outbound;
    if (list) c.dialed_for = DialedFor{{std::move(*list)}, {"de_1"}};
    return c;
  };
  auto const second = out("CA2", later(2), john, "dl_1");
  // Two that began in the same moment go by their ids.
  auto const again = out("CA3", later(2), john), by_another_list = out("CA5", later(5), john, "dl_2");
  for (auto const& c :
       {call("CA1", later(1)), second, again, out("CA4", later(4), jane, "dl_1"), by_another_list})
    add(home, c);
  add(other, out("CA1", later(1), john, "dl_1"));
  EXPECT_THAT(sids(home, {.to = john}), ElementsAre("CA5", "CA3", "CA2"));
  EXPECT_THAT(sids(home, {.to = john}, {}, 1), ElementsAre("CA5"));
  EXPECT_THAT(sids(home, {.to = john}, Keyset{again.started_at, again.id.value}), ElementsAre("CA2"));
  EXPECT_THAT(sids(home, {.to = john, .since = later(3)}), ElementsAre("CA5"));
  EXPECT_THAT(sids(home, {.to = "+15852984457"}), IsEmpty());
  EXPECT_THAT(sids(home, {.from = john, .to = desk}), ElementsAre("CA1"));
  EXPECT_THAT(sids(home, {.from = john, .to = desk, .direction = Direction::inbound}), ElementsAre("CA1"));
  EXPECT_THAT(sids(home, {.from = desk, .to = jane}), ElementsAre("CA4"));
  EXPECT_THAT(sids(home, {.to = desk, .direction = Direction::outbound}), IsEmpty());
  EXPECT_THAT(sids(home, {.dial_list = DialListId{"dl_1"}}), ElementsAre("CA4", "CA2"));
  EXPECT_THAT(sids(home, {.dial_list = DialListId{"dl_1"}}, Keyset{second.started_at, second.id.value}),
              IsEmpty());
  EXPECT_THAT(sids(home, {.to = john, .dial_list = DialListId{"dl_2"}}), ElementsAre("CA5"));
  EXPECT_THAT(sids(home, {.line = LineId{"pn_2"}, .dial_list = DialListId{"dl_1"}}), IsEmpty());
}

TEST_P(CallsContract, ListsNewestFirstThroughEveryFilter) {
  auto over = call("CA3", later(3), "pn_2");
  over.status = CallStatus::completed;
  auto const second = call("CA2", later(2), "pn_1", "anonymous");
  for (auto const& c : {call("CA1", later(1)), second, over}) add(home, c);
  EXPECT_THAT(sids(home, {}), ElementsAre("CA3", "CA2", "CA1"));
  EXPECT_THAT(sids(home, {}, Keyset{second.started_at, second.id.value}), ElementsAre("CA1"));
  EXPECT_THAT(sids(home, {}, {}, 2), ElementsAre("CA3", "CA2"));
  EXPECT_THAT(sids(home, {.line = LineId{"pn_1"}}), ElementsAre("CA2", "CA1"));
  EXPECT_THAT(sids(home, {.from = "anonymous"}), ElementsAre("CA2"));
  EXPECT_THAT(sids(home, {.line = LineId{"pn_1"}, .from = "+15852984455"}), ElementsAre("CA1"));
  EXPECT_THAT(sids(home, {.status = CallStatus::completed}), ElementsAre("CA3"));
  EXPECT_THAT(sids(home, {.since = later(2)}), ElementsAre("CA3", "CA2"));
  EXPECT_THAT(sids(home, {.until = later(3)}), ElementsAre("CA2", "CA1"));
  EXPECT_THAT(sids(home, {.until = later(3)}, Keyset{second.started_at, second.id.value}),
              ElementsAre("CA1"));
  EXPECT_THAT(sids(home, {.since = later(2), .until = later(2)}), IsEmpty());
  EXPECT_THAT(sids(other, {}), IsEmpty());
}

}  // namespace
}  // namespace linebook::contract

#include "domain/ledger/told_thing.h"

#include <gmock/gmock.h>

namespace linebook {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

LedgerEntry told_entry(Entity entity, std::int64_t sequence, Action action,
                       std::vector<FieldChange> changes) {
  return {.sequence = sequence,
          .at = {},
          .actor = "operator",
          .request_id = "req_1",
          .entity = entity,
          .entity_id = "x",
          .action = action,
          .changes = std::move(changes)};
}
FieldValue told_text(char const* v) { return std::string(v); }

TEST(ToldThing, IsWhatItsEntriesComeTo) {
  ToldThing agent(Entity::ai_agent);
  EXPECT_FALSE(agent.is_there());
  EXPECT_EQ(agent.add(told_entry(Entity::ai_agent, 3, Action::created,
                                 difference({}, {{"agent_name", told_text("Ann")}, {"answer", {}}}))),
            "");
  EXPECT_TRUE(agent.is_there());
  EXPECT_EQ(agent.add(told_entry(
                Entity::ai_agent, 7, Action::updated,
                {{"agent_name", told_text("Ann"), told_text("Bea")}, {"answer", {}, told_text("sip a@b")}})),
            "");
  EXPECT_EQ(agent.last_sequence(), 7);
  EXPECT_EQ(agent.value("agent_name"), told_text("Bea"));
  EXPECT_THAT(agent.differing({{"agent_name", told_text("Bea")}, {"answer", told_text("sip a@b")}}),
              IsEmpty());
  EXPECT_THAT(agent.differing({{"agent_name", told_text("Ann")}, {"answer", {}}}),
              ElementsAre("agent_name", "answer"));
}

TEST(ToldThing, AFieldThatNobodyToldOfIsNothing) {
  ToldThing person(Entity::patient);
  person.add(told_entry(Entity::patient, 1, Action::created, {{"active", {}, true}}));
  EXPECT_THAT(person.differing({{"active", true}, {"state", {}}}), IsEmpty());
  EXPECT_THAT(person.differing({{"active", true}, {"state", told_text("NY")}}), ElementsAre("state"));
}

TEST(ToldThing, IsGoneWhenItsEntriesSaySo) {
  auto const after = [](Entity entity, Action action) {
    ToldThing thing(entity);
    thing.add(told_entry(entity, 1, Action::created, {{"name", {}, told_text("a")}}));
    thing.add(told_entry(entity, 2, action, {}));
    return thing.is_there();
  };
  EXPECT_FALSE(after(Entity::contact_number, Action::deleted));
  EXPECT_FALSE(after(Entity::line, Action::released));
  EXPECT_FALSE(after(Entity::session, Action::revoked));
  EXPECT_TRUE(after(Entity::api_key, Action::revoked));
  EXPECT_TRUE(after(Entity::pool_number, Action::withdrawn));
  EXPECT_TRUE(after(Entity::webhook, Action::disabled));
  EXPECT_TRUE(after(Entity::account, Action::suspended));
}

TEST(ToldThing, ComesBackAsNewAfterItWasGone) {
  ToldThing agent(Entity::ai_agent);
  agent.add(told_entry(Entity::ai_agent, 1, Action::created, {{"agent_name", {}, told_text("Ann")}}));
  agent.add(told_entry(Entity::ai_agent, 2, Action::deleted, {{"agent_name", told_text("Ann"), {}}}));
  EXPECT_EQ(
      agent.add(told_entry(Entity::ai_agent, 3, Action::created, {{"answer", {}, told_text("sip c@d")}})),
      "");
  EXPECT_TRUE(agent.is_there());
  EXPECT_THAT(agent.differing({{"agent_name", {}}, {"answer", told_text("sip c@d")}}), IsEmpty());
}

TEST(ToldThing, NoticesThatAnEntryFoundSomethingElse) {
  ToldThing number(Entity::contact_number);
  number.add(
      told_entry(Entity::contact_number, 1, Action::created, {{"number", {}, told_text("5551234567")}}));
  EXPECT_EQ(number.add(told_entry(Entity::contact_number, 2, Action::updated,
                                  {{"number", told_text("5559999999"), told_text("5551111111")}})),
            "number");
  EXPECT_EQ(number.value("number"), told_text("5551111111"));
}

TEST(ToldThing, ASecretMayBeAnythingOnceItWasToldOf) {
  ToldThing line(Entity::line);
  line.add(told_entry(Entity::line, 1, Action::created, {{"name", {}, told_text("Front")}}));
  Fields const with_secret{{"sip_password", told_text("sealed"), Secrecy::secret}};
  EXPECT_THAT(line.differing(with_secret), ElementsAre("sip_password"));
  EXPECT_THAT(line.differing({{"sip_password", {}, Secrecy::secret}}), IsEmpty());
  line.add(told_entry(Entity::line, 2, Action::updated, {{"sip_password", {}, {}, Secrecy::secret}}));
  EXPECT_THAT(line.differing(with_secret), IsEmpty());
}

TEST(ToldThing, BeginsFromWhatStandsUnsaid) {
  ToldThing policy(Entity::contact_policy,
                   {{"version", std::int64_t{1}}, {"help_text", told_text("Call us")}});
  EXPECT_EQ(policy.add(told_entry(Entity::contact_policy, 1, Action::updated,
                                  {{"version", std::int64_t{1}, std::int64_t{2}}})),
            "");
  EXPECT_THAT(policy.differing({{"version", std::int64_t{2}}, {"help_text", told_text("Call us")}}),
              IsEmpty());
  ToldThing call(Entity::call);
  call.add(told_entry(Entity::call, 1, Action::created, {{"from", {}, told_text("+15555550100")}}));
  EXPECT_THAT(call.differing({{"direction", told_text("inbound")}}), IsEmpty());
  EXPECT_THAT(call.differing({{"direction", told_text("outbound")}}), ElementsAre("direction"));
}

}  // namespace
}  // namespace linebook

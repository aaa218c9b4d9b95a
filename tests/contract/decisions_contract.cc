// What every store owes decisions: places without gaps, seals, pages, and five years.
#include <gmock/gmock.h>

#include <chrono>

#include "app/ledger/seals.h"
#include "app/reach/forget_decisions.h"
#include "contract/store_contract.h"
#include "fakes/plain_secrets.h"

namespace linebook::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class DecisionsContract : public StoreContract {
 protected:
  Decision decision(Instant at, std::string_view number = "5852984455") {
    Decision d{.channel = Channel::call, .purpose = Purpose::care, .number = digits(number)};
    d.id = {ids.next("dec_", at)};
    d.at = at;
    d.actor = "key_1";
    d.request_id = "req_1";
    return d;
  }
  /// The database's own clock guards what is younger than five years.
  static Instant clock_now() {
    using namespace std::chrono;
    return Instant::from_seconds(duration_cast<seconds>(system_clock::now().time_since_epoch()).count());
  }
  static Decision refused(Decision d) {
    d.verdict.reasons = {{ReasonCode::do_not_call, "asked not to be called", {}}};
    return d;
  }
  void add(AccountId account, Decision const& d) {
    write([&](Transaction& tx) { tx.decisions().append(account, d); });
  }
  std::vector<std::string> found(AccountId account, DecisionFilter const& filter,
                                 std::optional<DecisionId> const& before = {}, std::int64_t limit = 10) {
    std::vector<std::string> all;
    for (auto const& d :
         read([&](Transaction const& tx) { return tx.decisions().newest(account, filter, before, limit); }))
      all.push_back(d.id->value);
    return all;
  }
  std::int64_t seal(AccountId account) {
    return write_and_wait(store(),
                          [&](Transaction& tx) -> Result<std::int64_t> {
                            return seal_rows(tx, SealedBook::decisions, account, secrets);
                          })
        .value();
  }
  SealVerdict verify(AccountId account, std::vector<SealedHead> const& heads = {}) {
    return read(
        [&](Transaction const& tx) {
          return verify_seals(tx, SealedBook::decisions, account, secrets, heads, {});
        },
        ReadCost::long_walk);
  }

  fakes::PlainSecrets secrets;
};

LINEBOOK_EVERY_STORE(DecisionsContract);

TEST_P(DecisionsContract, KeepsEveryField) {
  auto d = refused(decision(later(1)));
  d.channel = Channel::text;
  d.purpose = Purpose::marketing;
  d.voice = Voice::human;
  d.phone = ContactNumberId{"phn_1"};
  d.line = LineId{"pn_1"};
  d.people = {{{PersonType::patient, {"pat_1"}}, "Zoë \"Z\" O'Neil"},
              {{PersonType::doctor, {"pat_1"}}, "A\nB"}};
  d.verdict.reasons.push_back({ReasonCode::outside_hours, "it is 21:40 where they are", later(9000)});
  d.verdict.timezones = {"America/New_York", "Asia/Kolkata"};
  d.verdict.utc_offsets = {std::chrono::seconds(-18000), std::chrono::seconds(19800)};
  d.verdict.zone_source = ZoneSource::area_code;
  d.verdict.next_allowed_at = later(9000);
  d.policy_version = 7;
  add(home, d);
  auto const kept = read([&](Transaction const& tx) { return tx.decisions().find(home, *d.id); });
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->id, d.id);
  EXPECT_EQ(kept->channel, d.channel);
  EXPECT_EQ(kept->purpose, d.purpose);
  EXPECT_EQ(kept->voice, d.voice);
  EXPECT_EQ(kept->number, d.number);
  EXPECT_EQ(kept->phone, d.phone);
  EXPECT_EQ(kept->line, d.line);
  EXPECT_EQ(kept->people, d.people);
  EXPECT_EQ(kept->at, d.at);
  EXPECT_EQ(kept->verdict.reasons, d.verdict.reasons);
  EXPECT_EQ(kept->verdict.timezones, d.verdict.timezones);
  EXPECT_EQ(kept->verdict.utc_offsets, d.verdict.utc_offsets);
  EXPECT_EQ(kept->verdict.zone_source, d.verdict.zone_source);
  EXPECT_EQ(kept->verdict.next_allowed_at, d.verdict.next_allowed_at);
  EXPECT_EQ(kept->verdict.valid_until, d.verdict.valid_until);
  EXPECT_EQ(kept->policy_version, 7);
  EXPECT_EQ(kept->actor, d.actor);
  EXPECT_EQ(kept->request_id, d.request_id);
  EXPECT_FALSE(read([&](Transaction const& tx) { return tx.decisions().find(other, *d.id); }));
}

TEST_P(DecisionsContract, ListsTheNewestFirstAndOnlyWhatFits) {
  auto const first = decision(later(1000));
  auto second = refused(decision(later(2000)));
  second.people = {{{PersonType::patient, {"pat_1"}}, "A B"}};
  auto third = decision(later(3000), "2125550142");
  third.channel = Channel::text;
  third.people = {{{PersonType::doctor, {"pat_1"}}, "C D"}};
  for (auto const& d : {first, second, third}) add(home, d);
  add(other, decision(later(2500)));
  auto const one = first.id->value, two = second.id->value, three = third.id->value;

  EXPECT_THAT(found(home, {}), ElementsAre(three, two, one));
  EXPECT_THAT(found(home, {}, third.id, 1), ElementsAre(two));
  EXPECT_THAT(found(home, {.number = digits("5852984455")}), ElementsAre(two, one));
  EXPECT_THAT(found(home, {.person = PersonId{"pat_1"}}), ElementsAre(three, two));
  EXPECT_THAT(found(home, {.number = digits("2125550142"), .person = PersonId{"pat_1"}}), ElementsAre(three));
  EXPECT_THAT(found(home, {.allowed = false}), ElementsAre(two));
  EXPECT_THAT(found(home, {.channel = Channel::text}), ElementsAre(three));
  EXPECT_THAT(found(home, {.since = later(2000)}), ElementsAre(three, two));
  EXPECT_THAT(found(home, {.until = later(2000)}), ElementsAre(one));
  EXPECT_THAT(found(home, {.person = PersonId{"nobody"}}), IsEmpty());
}

TEST_P(DecisionsContract, FollowsThemInTheOrderOfTheirPlaces) {
  for (int i = 0; i < 5; ++i) add(home, decision(later(i)));
  auto const page = read([&](Transaction const& tx) { return tx.decisions().following(home, 0, 3); });
  EXPECT_THAT(page.decisions, SizeIs(3));
  EXPECT_EQ(page.last, 3);
  auto const rest = read([&](Transaction const& tx) { return tx.decisions().following(home, page.last, 3); });
  EXPECT_THAT(rest.decisions, SizeIs(2));
  EXPECT_EQ(rest.last, 5);
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.decisions().last_sequence(home); }), 5);
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.decisions().last_sequence(other); }), 0);
}

TEST_P(DecisionsContract, AJobThatFailsTakesNoPlace) {
  (void)try_write([&](Transaction& tx) {
    tx.decisions().append(home, decision(later(1)));
    throw std::runtime_error("changed its mind");
  });
  add(home, decision(later(2)));
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.decisions().last_sequence(home); }), 1);
  EXPECT_THAT(found(home, {}), SizeIs(1));
}

TEST_P(DecisionsContract, AreSealedBesideTheLedger) {
  for (int i = 0; i < 3; ++i) add(home, decision(later(i)));
  EXPECT_THAT(read([](Transaction const& tx) { return tx.decisions().unsealed_accounts(); }),
              ElementsAre(home));
  EXPECT_EQ(seal(home), 3);
  EXPECT_EQ(seal(home), 0);
  EXPECT_THAT(read([](Transaction const& tx) { return tx.decisions().unsealed_accounts(); }), IsEmpty());
  add(home, decision(later(9)));
  auto const verdict = verify(home);
  EXPECT_TRUE(verdict.sound());
  EXPECT_EQ(verdict.entries, 4);
  EXPECT_EQ(verdict.unsealed, 1);
  EXPECT_EQ(seal(home), 1);
  EXPECT_TRUE(verify(home).sound());
  // The ledger's seals are none of theirs.
  auto const head = read([&](Transaction const& tx) { return sealed_head(tx, SealedBook::decisions, home); });
  ASSERT_TRUE(head);
  EXPECT_TRUE(verify(home, {*head}).sound());
  EXPECT_EQ(head->last_sequence, 4);
}

TEST_P(DecisionsContract, GoAfterFiveYearsAndNoDayBefore) {
  auto const now = clock_now();
  auto const just_old_enough = now - decisions_kept - std::chrono::hours(1);
  auto const too_young = now - decisions_kept + std::chrono::hours(1);
  auto old = decision(just_old_enough);
  old.people = {{{PersonType::patient, {"pat_1"}}, "A B"}};
  add(home, old);
  seal(home);
  auto const young = decision(too_young);
  add(home, young);
  seal(home);
  add(home, decision(now));
  seal(home);

  EXPECT_EQ(forget_old_decisions(store(), secrets, now).value(), 1);
  EXPECT_EQ(forget_old_decisions(store(), secrets, now).value(), 0);
  EXPECT_FALSE(read([&](Transaction const& tx) { return tx.decisions().find(home, *old.id); }));
  EXPECT_TRUE(read([&](Transaction const& tx) { return tx.decisions().find(home, *young.id); }));
  EXPECT_THAT(found(home, {.person = PersonId{"pat_1"}}), IsEmpty());
  auto const verdict = verify(home);
  EXPECT_TRUE(verdict.sound());
  EXPECT_EQ(verdict.entries, 2);
  add(home, decision(now));
  EXPECT_TRUE(verify(home).sound());
}

TEST_P(DecisionsContract, ARunWithAYoungDecisionStaysWhole) {
  auto const now = clock_now();
  add(home, decision(now - decisions_kept - std::chrono::hours(1)));
  add(home, decision(now));
  seal(home);
  EXPECT_EQ(forget_old_decisions(store(), secrets, now).value(), 0);
  EXPECT_THAT(found(home, {}), SizeIs(2));
}

TEST_P(DecisionsContract, AMarkThatNobodyMadeIsFoundOut) {
  auto const now = clock_now();
  add(home, decision(now - decisions_kept - std::chrono::hours(1)));
  seal(home);
  write([&](Transaction& tx) { tx.decisions().forget(home, {1, "made up"}); });
  auto const verdict = verify(home);
  ASSERT_FALSE(verdict.sound());
  EXPECT_EQ(verdict.findings.front().fault, SealFault::mark_altered);
}

}  // namespace
}  // namespace linebook::contract

// What every store owes the facts of a decision: consents, suppressions, policies, attempts, answers.
#include <gmock/gmock.h>

#include "contract/store_contract.h"

namespace linebook::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ReachContract : public StoreContract {
 protected:
  ContactNumber number(std::string id, std::string person, std::string_view ten = "5852984455") {
    write([&](Transaction& tx) {
      PersonRef const ref{PersonType::patient, {person}};
      if (!tx.people().find(home, ref)) {
        Person p{.ref = ref, .first_name = "John", .last_name = "Doe", .created_at = later(0)};
        p.timezone = "America/New_York";
        p.state = "NY";
        tx.people().insert(home, p);
      }
    });
    ContactNumber n{.id = {id},
                    .person = {PersonType::patient, {person}},
                    .number = digits(ten),
                    .phone_type = PhoneType::cell,
                    .created_at = later(0),
                    .updated_at = later(0)};
    write([&](Transaction& tx) {
      tx.contact_numbers().insert(home, n);
      tx.ledger().append(home, {.at = later(0),
                                .actor = "operator",
                                .request_id = "req_1",
                                .entity = Entity::contact_number,
                                .entity_id = id,
                                .action = Action::created,
                                .changes = {}});
    });
    return n;
  }
  Consent consent(std::string phone, ConsentStatus status, Instant at, Purpose purpose = Purpose::marketing) {
    Consent c{.id = {ids.next("con_", at)},
              .phone = {std::move(phone)},
              .channel = Channel::call,
              .purpose = purpose,
              .status = status,
              .basis = ConsentBasis::written,
              .at = at,
              .created_at = at};
    write([&](Transaction& tx) { tx.consents().insert(home, c); });
    return c;
  }
  void attempt(Instant at, std::optional<Purpose> purpose, bool inbound = false) {
    write([&](Transaction& tx) {
      tx.contact_attempts().insert(home, {.id = {ids.next("att_", at)},
                                          .number = digits("5852984455"),
                                          .purpose = purpose,
                                          .inbound = inbound,
                                          .at = at});
    });
  }
  std::optional<ReachableEntry> entry(std::string id, Purpose purpose = Purpose::marketing) {
    return read([&](Transaction const& tx) -> std::optional<ReachableEntry> {
      auto facts = tx.reach().entry(home, {id}, {Channel::call, purpose, later(0)});
      if (!facts) return std::nullopt;
      return std::move(facts->entries.at(0));
    });
  }
  NumberStanding standing(AccountId account, Purpose purpose = Purpose::care) {
    return read([&](Transaction const& tx) {
      return tx.reach()
          .entries(account, digits("5852984455"), {Channel::call, purpose, later(1000)}, 10)
          .standing;
    });
  }

  static constexpr char const* phone = "phn_01JMEG5V7X9Z1B3D5F7H9K1M3N";
};

LINEBOOK_EVERY_STORE(ReachContract);

TEST_P(ReachContract, AnEntryComesWithItsPersonAndTheLatestConsent) {
  number(phone, "pat_1");
  auto const plain = entry(phone);
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->person.name(), "John Doe");
  EXPECT_EQ(plain->person.state, "NY");
  EXPECT_FALSE(plain->consent || plain->consented_at);

  consent(phone, ConsentStatus::granted, later(5000));
  consent(phone, ConsentStatus::revoked, later(4000));  // told later, but earlier in time
  consent(phone, ConsentStatus::revoked, later(6000), Purpose::care);
  auto const marketing = entry(phone);
  EXPECT_EQ(marketing->consent->status, ConsentStatus::granted);
  EXPECT_EQ(marketing->consent->at, later(5000));
  EXPECT_EQ(marketing->consented_at, later(5000));
  EXPECT_EQ(entry(phone, Purpose::care)->consent->status, ConsentStatus::revoked);
  EXPECT_FALSE(entry(phone, Purpose::service)->consent);
  EXPECT_FALSE(entry("phn_01JMEG5V7X9Z1B3D5F7H9K1M3P"));
}

TEST_P(ReachContract, EverybodyWithANumberIsFound) {
  number(phone, "pat_1");
  number("phn_01JMEG5V7X9Z1B3D5F7H9K1M3P", "pat_2");
  number("phn_01JMEG5V7X9Z1B3D5F7H9K1M3Q", "pat_3", "2125550142");
  auto const entries = read([&](Transaction const& tx) {
    return tx.reach()
        .entries(home, digits("5852984455"), {Channel::call, Purpose::care, later(0)}, 10)
        .entries;
  });
  ASSERT_THAT(entries, SizeIs(2));
  EXPECT_EQ(entries[0].number.id.value, phone);
  EXPECT_THAT(read([&](Transaction const& tx) {
                return tx.reach()
                    .entries(other, digits("5852984455"), {Channel::call, Purpose::care, later(0)}, 10)
                    .entries;
              }),
              IsEmpty());
}

TEST_P(ReachContract, MarksStayWithANumber) {
  auto n = number(phone, "pat_1");
  n.verified = true;
  n.verified_at = later(1);
  n.wrong_number_at = later(2);
  n.undeliverable_at = later(3);
  write([&](Transaction& tx) { tx.contact_numbers().update(home, n); });
  auto const kept = entry(phone);
  EXPECT_EQ(kept->number, n);
}

TEST_P(ReachContract, WhatIsKnownOfANumber) {
  auto const nothing = standing(home);
  EXPECT_FALSE(nothing.suppression || nothing.reassigned_on || nothing.policy);
  EXPECT_THAT(nothing.attempts, IsEmpty());
  EXPECT_EQ(nothing.calling_hours_version, 0);

  Suppression suppression{.number = digits("5852984455"), .created_at = later(1), .updated_at = later(1)};
  suppression.of(Channel::text) = {"STOP", later(1)};
  auto policy = ContactPolicy::defaults();
  policy.version = 2;
  policy.updated_at = later(2);
  policy.holidays = {20000, 20001};
  policy.attempts[0] = {{2, 24}, {5, 168}};
  policy.require_list = false;
  policy.help_text = "Call us";
  policy.texts_kept_days = 30;
  write([&](Transaction& tx) {
    tx.suppressions().save(home, suppression);
    tx.contact_policies().save(home, policy);
    tx.reassigned_numbers().save(home, {digits("5852984455"), 20400, ReassignedAnswer::yes});
    tx.calling_hours().insert(
        {.version = 3, .source = "s", .as_of = "2026-01-01", .csv = "x", .loaded_at = later(1)});
  });
  auto const known = standing(home, Purpose::marketing);
  EXPECT_EQ(known.suppression->of(Channel::text)->reason, "STOP");
  EXPECT_FALSE(known.suppression->of(Channel::call));
  EXPECT_EQ(known.reassigned_on, 20400);
  EXPECT_EQ(known.policy->attempts, policy.attempts);
  EXPECT_EQ(known.policy->holidays, policy.holidays);
  EXPECT_FALSE(known.policy->require_list);
  EXPECT_EQ(known.policy->help_text, "Call us");
  EXPECT_EQ(known.policy->texts_kept_days, 30);
  EXPECT_EQ(known.policy->version, 2);
  EXPECT_EQ(known.calling_hours_version, 3);
  EXPECT_FALSE(standing(other).suppression || standing(other).reassigned_on || standing(other).policy);
  write([&](Transaction& tx) {
    tx.reassigned_numbers().save(home, {digits("5852984455"), 20401, ReassignedAnswer::no});
  });
  EXPECT_FALSE(standing(home).reassigned_on);
}

TEST_P(ReachContract, AnEntryTellsWhatIsKnownOfItsNumber) {
  number(phone, "pat_1");
  Suppression suppression{.number = digits("5852984455"), .created_at = later(1), .updated_at = later(1)};
  suppression.of(Channel::call) = {"asked", later(1)};
  write([&](Transaction& tx) {
    tx.suppressions().save(home, suppression);
    tx.reassigned_numbers().save(home, {digits("5852984455"), 20400, ReassignedAnswer::yes});
  });
  attempt(later(2000), Purpose::care);
  attempt(later(3000), Purpose::care);
  for (bool const by_entry : {true, false}) {
    auto const facts = read([&](Transaction const& tx) {
      ReachQuestion const q{Channel::call, Purpose::care, later(1000)};
      return by_entry ? *tx.reach().entry(home, {phone}, q)
                      : tx.reach().entries(home, digits("5852984455"), q, 10);
    });
    EXPECT_EQ(facts.standing.suppression->of(Channel::call)->reason, "asked");
    EXPECT_EQ(facts.standing.reassigned_on, 20400);
    EXPECT_THAT(facts.standing.attempts, ElementsAre(later(3000), later(2000)));
    EXPECT_FALSE(facts.standing.policy);
  }
}

TEST_P(ReachContract, AttemptsAreCountedForTheirPurpose) {
  attempt(later(500), Purpose::care);  // too long ago
  attempt(later(2000), Purpose::care);
  attempt(later(3000), Purpose::marketing);
  attempt(later(4000), std::nullopt);
  attempt(later(5000), Purpose::care, true);  // they called
  EXPECT_THAT(standing(home, Purpose::care).attempts, ElementsAre(later(4000), later(2000)));
  EXPECT_THAT(standing(home, Purpose::marketing).attempts, ElementsAre(later(4000), later(3000)));
  EXPECT_THAT(standing(home, Purpose::service).attempts, ElementsAre(later(4000)));
}

TEST_P(ReachContract, DoNotCallOfAnybodyIsSeen) {
  number(phone, "pat_1");
  auto const anybody = [&](AccountId account) {
    return read([&](Transaction const& tx) {
      return tx.reach().anybody_said_do_not_call(account, digits("5852984455"));
    });
  };
  EXPECT_FALSE(anybody(home));
  auto n = number("phn_01JMEG5V7X9Z1B3D5F7H9K1M3P", "pat_2", "2125550142");
  n.number = digits("5852984455");
  n.do_not_call = true;
  write([&](Transaction& tx) {
    tx.contact_numbers().update(home, n);
    tx.ledger().append(home, {.at = later(1),
                              .actor = "operator",
                              .request_id = "req_1",
                              .entity = Entity::contact_number,
                              .entity_id = n.id.value,
                              .action = Action::updated,
                              .changes = {}});
  });
  EXPECT_TRUE(anybody(home));
  EXPECT_FALSE(anybody(other));
}

TEST_P(ReachContract, ListsOfConsentsAndSuppressionsAreCounted) {
  for (int i = 0; i < 3; ++i) consent(phone, ConsentStatus::granted, later(i * 1000));
  consent("phn_01JMEG5V7X9Z1B3D5F7H9K1M3P", ConsentStatus::granted, later(9000));
  auto const of_phone =
      read([&](Transaction const& tx) { return tx.consents().list(home, ContactNumberId{phone}, 2, 1); });
  EXPECT_EQ(of_phone.total, 3);
  ASSERT_THAT(of_phone.items, SizeIs(2));
  EXPECT_EQ(of_phone.items[0].at, later(1000));
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.consents().list(home, {}, 10, 0); }).total, 4);
  EXPECT_EQ(read([&](Transaction const& tx) { return tx.consents().list(other, {}, 10, 0); }).total, 0);

  Suppression s{.number = digits("5852984455"), .created_at = later(1), .updated_at = later(1)};
  s.of(Channel::call) = {"asked", later(1)};
  write([&](Transaction& tx) { tx.suppressions().save(home, s); });
  auto const list = [&] {
    return read([&](Transaction const& tx) { return tx.suppressions().list(home, 10, 0); });
  };
  EXPECT_EQ(list().total, 1);
  EXPECT_EQ(list().items[0].of(Channel::call)->reason, "asked");
  write([&](Transaction& tx) { tx.suppressions().remove(home, s.number); });
  EXPECT_EQ(list().total, 0);
}

TEST_P(ReachContract, NumbersToAskAboutComeWithTheirLatestConfirmation) {
  auto n = number(phone, "pat_1");
  number("phn_01JMEG5V7X9Z1B3D5F7H9K1M3P", "pat_2", "2125550142");
  n.verified_at = later(5000);
  write([&](Transaction& tx) { tx.contact_numbers().update(home, n); });
  consent(phone, ConsentStatus::granted, later(7000));
  consent(phone, ConsentStatus::revoked, later(9000));
  auto const all = read([&](Transaction const& tx) { return tx.reassigned_numbers().to_ask(home, "", 10); });
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].number, n.number);
  EXPECT_EQ(all[0].confirmed_at, later(7000));
}

}  // namespace
}  // namespace linebook::contract

// The saga of lines that a carrier holds, killed between any two of its commits and calls: what was asked for
// is bought once, never forgotten, and told by the ledger. Over every store, against a carrier that fails at
// will.
//
//   LINEBOOK_SAGA_KILLS=100000 LINEBOOK_SAGA_SEED=7 build/release/tests/contract/contract_test
//   --gtest_filter='*Saga*'
#include <gmock/gmock.h>

#include <cstdlib>

#include "app/lines/carrier_steps.h"
#include "app/lines/lines.h"
#include "carriers/simulator/simulator.h"
#include "contract/store_contract.h"
#include "fakes/plain_secrets.h"
#include "fakes/random_faults.h"

namespace linebook::contract {
namespace {

std::uint64_t from_environment(char const* name, std::uint64_t otherwise) {
  auto const* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// The process dies here.
struct Killed {};

/// The time that the test has come to.
class TestTime final : public Clock {
 public:
  explicit TestTime(Instant const& now) : now_(now) {}
  Instant now() const override { return now_; }

 private:
  Instant const& now_;
};

VoiceSettings somebody_elses() {
  VoiceSettings voice;
  voice.voice_url = "https://old.example.com/";
  voice.voice_method = "GET";
  voice.trunk_sid = "TK1";
  return voice;
}

class CarrierSagaContract : public StoreContract {
 protected:
  CarrierSagaContract() { policies_.public_url = "https://linebook.example.com"; }

  Context context(std::string actor = "key_1") {
    return {home, std::move(actor), ids.next("req_", now_), now_, ids, secrets_, policies_};
  }
  template <class Work>
  auto commit(Work work) {
    return write_and_wait(store(), std::move(work));
  }
  void perhaps_die() {
    if (!mortal_ || random_.below(100) >= 12) return;
    ++kills_;
    throw Killed();
  }

  Result<Line> create(E164 const& number, bool search) {
    CreateTwilioLine command;
    command.account_sid = "AC1";
    command.auth_token = "secret";
    if (!search) command.number = number;
    command.purchase = true;
    auto const ctx = context();
    return commit([&](Transaction& tx) { return create_line(tx, ctx, command); });
  }

  /// One worker, from claiming to rest, who may die anywhere.
  void work() {
    auto const lease = ids.next("node_", now_);
    auto tasks = commit([&](Transaction& tx) -> Result<std::vector<CarrierTask>> {
      return tx.carrier_tasks().claim(lease, now_, now_ + carrier_lease, 10);
    });
    perhaps_die();
    for (auto const& task : *tasks)
      for (auto after = AfterStep::go_on; after == AfterStep::go_on;) after = step(lease, task.line);
  }
  AfterStep step(std::string const& lease, LineId const& line) {
    auto const begun = context();
    auto order = commit([&](Transaction& tx) -> Result<std::optional<CarrierOrder>> {
      return begin_step(tx, begun, lease, line);
    });
    perhaps_die();
    if (!*order) return AfterStep::rest;
    auto const outcome = ask(**order);
    now_ = now_ + std::chrono::milliseconds(random_.below(500));
    perhaps_die();
    auto const ended = context();
    auto const after = commit([&](Transaction& tx) -> Result<AfterStep> {
      return end_step(tx, ended, lease, line, **order, outcome);
    });
    perhaps_die();
    return *after;
  }

  /// Whoever asked may die before the answer: what was asked for comes about all the same.
  CarrierOutcome ask(CarrierOrder const& order) {
    auto const asked = std::make_shared<CarrierOrder>(order);
    auto const answer = std::make_shared<std::optional<CarrierOutcome>>();
    perform(simulator_.carrier(), *asked,
            [asked, answer](CarrierOutcome outcome) { *answer = std::move(outcome); });
    perhaps_die();
    while (!*answer) {
      now_ = std::max(now_, simulator_.agenda().next_due().value_or(now_));
      simulator_.agenda().catch_up();
    }
    return std::move(**answer);
  }

  void work_until_killed_or_done() {
    try {
      work();
    } catch (Killed const&) {
      // A dead node's leases end by themselves, or by its own next start.
      if (random_.below(2) == 0)
        now_ = now_ + carrier_lease;
      else
        (void)commit([](Transaction& tx) -> Result<void> {
          tx.carrier_tasks().end_leases();
          return {};
        });
    }
  }

  std::optional<CarrierTask> task(LineId const& id) {
    return read([&](Transaction const& tx) { return tx.carrier_tasks().find(home, id); });
  }
  std::optional<Line> line(LineId const& id) {
    return read([&](Transaction const& tx) { return tx.lines().find(home, id); });
  }

  /// Nobody dies and nothing fails any more: everything comes to its end.
  void settle(LineId const& id) {
    mortal_ = faults_.faulty = false;
    auto const is_done = [&] {
      auto const t = task(id);
      return !t || (t->resting && (t->connected_to || !may_still_be_had(*t)));
    };
    for (int turn = 0; turn < 100 && !(is_done() && !simulator_.agenda().next_due()); ++turn) {
      auto const due = read([](Transaction const& tx) { return tx.carrier_tasks().next_due(); });
      now_ =
          std::max(now_ + std::chrono::seconds(1), due && *due < now_ + std::chrono::hours(2) ? *due : now_);
      simulator_.agenda().catch_up();
      work();
    }
    // One more comparison, as every quarter of an hour.
    now_ = now_ + compare_interval + std::chrono::minutes(5);
    work();
  }
  static bool may_still_be_had(CarrierTask const& t) {
    return t.goal != CarrierGoal::hold || t.purchase != Purchase::none || t.purchase_doubtful ||
           (t.failure && (t.failure->kind == FailureKind::broken || t.failure->kind == FailureKind::timeout));
  }

  /// The ledger alone gives the line as it is, from its creation on.
  void expect_ledger_tells(LineId const& id) {
    auto const page = read([&](Transaction const& tx) {
      return tx.ledger().newest(home, {.entity_id = id.value}, std::nullopt, 1000);
    });
    ASSERT_FALSE(page.entries.empty());
    EXPECT_EQ(page.entries.back().action, Action::created);
    std::map<std::string, FieldValue> told;
    for (auto entry = page.entries.rbegin(); entry != page.entries.rend(); ++entry)
      for (auto const& change : entry->changes) {
        if (change.secrecy == Secrecy::secret) continue;
        EXPECT_EQ(told[change.field], change.was) << change.field;
        told[change.field] = change.is;
      }
    auto const now = line(id);
    EXPECT_EQ(page.entries.front().action == Action::deleted, !now.has_value());
    if (!now) return;
    EXPECT_EQ(std::get<std::string>(told["status"]), to_string(now->status));
    auto const sid = std::get<TwilioHolding>(now->holding).phone_number_sid;
    EXPECT_EQ(told["twilio_phone_number_sid"], sid ? FieldValue(*sid) : FieldValue());
    EXPECT_EQ(told["phone_number"], now->has_number() ? FieldValue(now->phone_number) : FieldValue());
  }

  /// What the carrier holds, some line knows of, or it was detached from one; nothing was bought twice.
  void expect_nothing_forgotten(LineId const& id, CarrierGoal goal) {
    int bought = 0;
    auto const sold = numbers().sold();
    for (auto const& [number, times] : sold) {
      EXPECT_LE(times, 1) << number.str();
      bought += times;
    }
    EXPECT_LE(bought, 1) << "one request buys one number";
    auto const now = line(id);
    auto const owned = numbers().owned();
    for (auto const& held : owned) {
      if (now && std::get<TwilioHolding>(now->holding).phone_number_sid == held.sid) {
        EXPECT_EQ(now->phone_number, held.number.view());
        EXPECT_EQ(now->status, LineStatus::active);
        EXPECT_EQ(held.voice.voice_url, our_voice_settings(policies_.public_url).voice_url);
        continue;
      }
      // A number that its owner had before may also have been left alone: deleted before it was looked for.
      bool const was_there_before = sold.empty();
      EXPECT_TRUE(goal == CarrierGoal::detach || was_there_before) << held.sid << " is held for nobody";
      EXPECT_EQ(held.voice, earlier_) << "its settings were given back";
    }
    if (now && now->status == LineStatus::active) EXPECT_EQ(owned.size(), 1u);
    if (goal != CarrierGoal::hold) EXPECT_FALSE(now);
  }

  void one_story() {
    while (simulator_.agenda().next_due()) {  // what the last story left on its way
      now_ = std::max(now_, *simulator_.agenda().next_due());
      simulator_.agenda().catch_up();
    }
    numbers().forget_everything();
    faults_.faulty = true;
    mortal_ = true;
    earlier_ = {};
    auto const number = e164("+1212" + std::to_string(2000000 + stories_++));
    bool const owned = random_.below(4) == 0;
    if (owned)
      numbers().own("AC1", number, earlier_ = somebody_elses());
    else
      for (int i = 0; i < 4; ++i) numbers().offer(e164("+1646" + std::to_string(2000000 + 4 * stories_ + i)));
    auto const wanted = owned ? number : *numbers().offered().begin();
    auto const made = create(wanted, !owned && random_.below(2) == 0);
    ASSERT_TRUE(made) << made.error().message;

    auto goal = CarrierGoal::hold;
    for (unsigned turn = 0, last = 3 + random_.below(12); turn < last; ++turn) {
      work_until_killed_or_done();
      now_ = now_ + std::chrono::milliseconds(random_.below(3000));
      if (goal != CarrierGoal::hold || random_.below(12) != 0) continue;
      goal = random_.below(2) == 0 ? CarrierGoal::detach : CarrierGoal::release;
      auto const ctx = context("key_2");
      (void)commit([&](Transaction& tx) {
        return delete_line(tx, ctx, made->id, {},
                           goal == CarrierGoal::detach ? AtCarrier::keep : AtCarrier::release);
      });
    }
    settle(made->id);
    expect_ledger_tells(made->id);
    expect_nothing_forgotten(made->id, goal);
    if (line(made->id)) {
      auto const ctx = context();
      (void)commit([&](Transaction& tx) -> Result<void> {
        remove_line(tx, ctx, *tx.lines().find(home, made->id), Action::deleted);
        return {};
      });
    }
  }

  simulator::SimulatedNumbers& numbers() { return simulator_.carrier().numbers(); }

  std::uint64_t const seed_ = from_environment("LINEBOOK_SAGA_SEED", 20250219);
  fakes::Random random_{seed_};
  Instant now_ = noon;
  TestTime time_{now_};
  fakes::RandomFaults faults_{random_};
  simulator::Simulator simulator_{time_, faults_};
  fakes::PlainSecrets secrets_;
  Policies policies_;
  VoiceSettings earlier_;
  bool mortal_ = true;
  std::uint64_t kills_ = 0;
  int stories_ = 0;
};

LINEBOOK_EVERY_STORE(CarrierSagaContract);

TEST_P(CarrierSagaContract, BoughtOnceAndNeverForgottenHoweverOftenItIsKilled) {
  auto const enough = from_environment("LINEBOOK_SAGA_KILLS", 300);
  while (kills_ < enough && !HasFailure()) one_story();
  EXPECT_FALSE(HasFailure()) << "story " << stories_ << " of seed " << seed_;
  std::cout << "killed " << kills_ << " times in " << stories_ << " stories\n";
}

}  // namespace
}  // namespace linebook::contract

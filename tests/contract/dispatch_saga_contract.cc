// The saga of calls and texts, killed between any two of its commits and requests, against a carrier that
// loses answers, tells twice, late and in the wrong order, and does things long after it was given up: the
// carrier's own list beside our books. Nothing leaves twice; whatever the carrier has, we know of; and what
// it does not have, we do not say that it left. Over every store.
//
//   LINEBOOK_SAGA_KILLS=5000 LINEBOOK_SAGA_SEED=7 build/release/tests/contract/contract_test
//   --gtest_filter='*DispatchSaga*'
#include <gmock/gmock.h>

#include <cstdlib>
#include <map>
#include <memory>

#include "app/calls/calls.h"
#include "app/calls/place_call.h"
#include "app/dispatch/dispatch_steps.h"
#include "app/lines/line_secrets.h"
#include "app/messages/messages.h"
#include "app/messages/send_message.h"
#include "carriers/simulator/simulator.h"
#include "contract/store_contract.h"
#include "fakes/made_up_time_zones.h"
#include "fakes/plain_secrets.h"
#include "fakes/random_faults.h"

namespace linebook::contract {
namespace {

constexpr std::string_view our_number = "+16465550100";
constexpr std::string_view carrier_account = "AC1";

std::uint64_t of_environment(char const* name, std::uint64_t otherwise) {
  auto const* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// The process dies here.
struct NodeKilled {};

class StoryTime final : public Clock {
 public:
  explicit StoryTime(Instant const& now) : now_(now) {}
  Instant now() const override { return now_; }

 private:
  Instant const& now_;
};

class NoList final : public DoNotCallLists {
 public:
  ListAnswers look_up(TenDigits const&) const override { return {}; }
  std::vector<DoNotCallList> loaded() const override { return {}; }
  std::vector<std::string> troubles() const override { return {}; }
};

class DispatchSagaContract : public StoreContract, public CarrierListener {
 protected:
  DispatchSagaContract() {
    policies_.public_url = "https://linebook.example.com";
    simulator_.tell(this);
    auto const ctx = context();
    Line line{.id = line_, .phone_number = std::string(our_number), .created_at = noon, .updated_at = noon};
    write([&](Transaction& tx) {
      tx.agents().insert(home, {.id = {"nurse"},
                                .name = "nurse",
                                .answer = AgentAnswer{AnswerType::stream, "wss://agents.example.com/nurse"},
                                .created_at = noon,
                                .updated_at = noon});
      line.ai_agent_id = AgentId{"nurse"};
      line.holding = TwilioHolding{.account_sid = std::string(carrier_account),
                                   .auth_token_sealed = seal(tx, ctx, line_, auth_token_field, "secret"),
                                   .phone_number_sid = "PN1",
                                   .capabilities = std::vector<std::string>{"voice", "sms"}};
      tx.lines().insert(home, line);
    });
  }
  ~DispatchSagaContract() override { simulator_.tell(nullptr); }

  Context context() { return {home, "key_1", ids.next("req_", now_), now_, ids, secrets_, policies_}; }
  ReachRules rules() { return {no_list_, zones_, hours_, policies_}; }
  template <class Work>
  auto commit(Work work) {
    return write_and_wait(store(), std::move(work));
  }
  void perhaps_die() {
    if (!mortal_ || random_.below(100) >= 10) return;
    ++kills_;
    throw NodeKilled();
  }

  // What the carrier tells by itself.

  void call_changed(CallNews news, std::move_only_function<void(bool)> taken) override {
    auto const ctx = context();
    taken(commit([&](Transaction& tx) -> Result<void> {
            take_in_call(tx, ctx, {.news = news, .line = line_});
            return {};
          }).has_value());
  }
  void call_answered(CallNews, std::move_only_function<void(CallScript)> reply) override { reply(EndCall{}); }
  void call_came_in(CallNews, std::move_only_function<void(CallScript)> reply) override {
    reply(RejectCall{});
  }
  void text_changed(TextNews news, std::move_only_function<void(bool)> taken) override {
    auto const ctx = context();
    taken(commit([&](Transaction& tx) -> Result<void> {
            take_in_text(tx, ctx, news);
            return {};
          }).has_value());
  }
  void text_came_in(InboundText,
                    std::move_only_function<void(bool, std::optional<std::string>)> taken) override {
    taken(true, std::nullopt);
  }

  /// An emergency: no hours, consents or caps are in its way.
  void text(std::string const& to) {
    auto const ctx = context();
    auto const needed = rules();
    auto const words = "text " + std::to_string(++asked_);
    auto const sent = commit([&](Transaction& tx) {
      return send_message(tx, ctx, needed,
                          {.line = line_,
                           .number = digits(to),
                           .text = words,
                           .purpose = Purpose::emergency,
                           .emergencies = Emergencies::allowed});
    });
    ASSERT_TRUE(sent) << sent.error().message;
    texts_[std::get<Message>(*sent).id.value] = words;
  }
  void call(std::string const& to) {
    auto const ctx = context();
    auto const needed = rules();
    auto const placed = commit([&](Transaction& tx) {
      return place_call(tx, ctx, needed,
                        {.line = line_,
                         .number = digits(to),
                         .purpose = Purpose::emergency,
                         .emergencies = Emergencies::allowed});
    });
    ASSERT_TRUE(placed) << placed.error().message;
    calls_.push_back(std::get<CallRecord>(*placed).id);
  }

  /// One node, from claiming to the last answer, which may die anywhere.
  void work() {
    auto const lease = ids.next("node_", now_);
    auto const begun = context();
    auto const needed = rules();
    auto const orders = commit([&](Transaction& tx) -> Result<std::vector<DispatchOrder>> {
      return begin_dispatches(tx, begun, needed, carrier_account, lease, {}, 10);
    });
    perhaps_die();
    for (auto const& order : *orders) {
      auto const outcome = ask(order);
      perhaps_die();
      auto const ended = context();
      (void)commit([&](Transaction& tx) -> Result<void> {
        end_dispatch(tx, ended, lease, order, outcome);
        return {};
      });
      perhaps_die();
    }
  }

  /// Whoever asked may die before the answer: what was asked for comes about all the same.
  DispatchOutcome ask(DispatchOrder const& order) {
    auto const asked = std::make_shared<DispatchOrder>(order);
    auto const answer = std::make_shared<std::optional<DispatchOutcome>>();
    perform(simulator_.carrier(), *asked,
            [asked, answer](DispatchOutcome outcome) { *answer = std::move(outcome); });
    perhaps_die();
    while (!*answer) pass_to_next();
    return std::move(**answer);
  }

  void pass_to_next() {
    now_ = std::max(now_, simulator_.agenda().next_due().value_or(now_));
    simulator_.agenda().catch_up();
  }

  void work_until_killed_or_done() {
    try {
      work();
    } catch (NodeKilled const&) {
      // A dead node's leases end by themselves, or by its own next start.
      if (random_.below(2) == 0)
        now_ = now_ + dispatch_lease;
      else
        (void)commit([](Transaction& tx) -> Result<void> {
          tx.dispatches().end_leases();
          return {};
        });
    }
  }

  bool anything_left() {
    return simulator_.agenda().next_due() || read([&](Transaction const& tx) {
             for (auto const& [id, words] : texts_)
               if (tx.dispatches().find(home, id)) return true;
             for (auto const& id : calls_)
               if (tx.dispatches().find(home, id.value)) return true;
             return false;
           });
  }

  /// Nobody dies and nothing fails any more: everything comes to its end.
  void settle() {
    mortal_ = faults_.faulty = false;
    for (int turn = 0; turn < 400 && anything_left(); ++turn) {
      now_ = now_ + std::chrono::seconds(turn < 100 ? 2 : 120);
      simulator_.agenda().catch_up();
      work();
    }
    EXPECT_FALSE(anything_left());
  }

  void expect_books_are_the_carriers() {
    std::map<std::string, int> sent;
    for (auto const& there : simulator_.carrier().texts().all()) ++sent[there.text];
    for (auto const& [id, words] : texts_) {
      auto const ours = read([&](Transaction const& tx) { return tx.messages().find(home, {id}); });
      EXPECT_LE(sent[words], 1) << id << " was sent twice";
      EXPECT_EQ(ours->has_carrier_sid(), sent[words] == 1) << id << " is " << to_string(ours->status);
      EXPECT_TRUE(is_over(ours->status) || ours->status == MessageStatus::unknown) << to_string(ours->status);
      if (sent[words] == 0)
        EXPECT_TRUE(ours->status == MessageStatus::unknown || ours->status == MessageStatus::failed)
            << id << " is " << to_string(ours->status) << ", and was never sent";
    }
    std::map<std::string, int> placed;
    for (auto const& there : simulator_.carrier().calls().all()) ++placed[there.sid];
    std::map<std::string, int> known;
    for (auto const& id : calls_) {
      auto const ours = read([&](Transaction const& tx) { return tx.calls().find(home, id); });
      EXPECT_TRUE(is_over(ours->status) || ours->status == CallStatus::unknown) << to_string(ours->status);
      if (ours->has_carrier_sid()) ++known[ours->carrier_sid];
    }
    EXPECT_LE(placed.size(), calls_.size()) << "more calls than were asked for";
    EXPECT_EQ(known, placed) << "every call that the carrier has is one of ours, once";
  }

  std::uint64_t const seed_ = of_environment("LINEBOOK_SAGA_SEED", 20260219);
  fakes::Random random_{seed_};
  Instant now_ = noon;
  StoryTime time_{now_};
  fakes::RandomFaults faults_{random_};
  simulator::Simulator simulator_{time_, faults_};
  fakes::PlainSecrets secrets_;
  Policies policies_;
  NoList no_list_;
  fakes::MadeUpTimeZones zones_;
  CallingHoursInForce hours_;
  LineId const line_{"pn_1"};
  std::map<std::string, std::string> texts_;
  std::vector<CallId> calls_;
  bool mortal_ = true;
  std::uint64_t kills_ = 0;
  int asked_ = 0;
};

LINEBOOK_EVERY_STORE(DispatchSagaContract);

TEST_P(DispatchSagaContract, NothingLeavesTwiceAndNothingThatLeftIsUnknown) {
  auto const enough = of_environment("LINEBOOK_SAGA_KILLS", 150);
  while (kills_ < enough && !HasFailure()) {
    // Several to one number: their lost answers look alike.
    auto const to = "585298" + std::to_string(1000 + random_.below(20));
    random_.below(3) == 0 ? call(to) : text(to);
    for (auto turns = random_.below(4); turns > 0; --turns) {
      work_until_killed_or_done();
      now_ = now_ + std::chrono::milliseconds(random_.below(3000));
      simulator_.agenda().catch_up();
    }
  }
  settle();
  expect_books_are_the_carriers();
  std::cout << "killed " << kills_ << " times over " << texts_.size() << " texts and " << calls_.size()
            << " calls, seed " << seed_ << "\n";
}

}  // namespace
}  // namespace linebook::contract

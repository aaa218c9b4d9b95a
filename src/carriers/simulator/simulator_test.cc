#include "carriers/simulator/simulator.h"

#include <gmock/gmock.h>

#include "fakes/fixed_clock.h"
#include "fakes/random_faults.h"

namespace linebook::simulator {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr AccountId home{1};
constexpr AccountId other{2};
constexpr char line[] = "+15855550100";

E164 phone() { return *E164::parse("+12125550101"); }

/// Keeps what it is told, takes it or not, and says what calls do.
class Listener final : public CarrierListener {
 public:
  std::vector<CallNews> calls;
  std::vector<TextNews> texts;
  std::vector<InboundText> inbound;
  int turned_away = 0;  // tellings that are not taken, from the first
  CallScript script = Speak{{"hello"}};
  std::optional<std::string> reply;

  void call_changed(CallNews news, std::move_only_function<void(bool)> taken) override {
    calls.push_back(std::move(news));
    taken(turned_away-- <= 0);
  }
  void call_answered(CallNews, std::move_only_function<void(CallScript)> then) override { then(script); }
  void call_came_in(CallNews news, std::move_only_function<void(CallScript)> then) override {
    calls.push_back(std::move(news));
    then(script);
  }
  void text_changed(TextNews news, std::move_only_function<void(bool)> taken) override {
    texts.push_back(std::move(news));
    taken(turned_away-- <= 0);
  }
  void text_came_in(InboundText text,
                    std::move_only_function<void(bool, std::optional<std::string>)> then) override {
    inbound.push_back(std::move(text));
    bool const taken = turned_away-- <= 0;
    then(taken, taken ? reply : std::nullopt);
  }

  std::vector<CallStatus> call_statuses() const {
    std::vector<CallStatus> statuses;
    for (auto const& news : calls) statuses.push_back(news.status);
    return statuses;
  }
};

class SimulatorTest : public testing::Test {
 protected:
  SimulatorTest() { simulator_.tell(&listener_); }

  /// Everything happens.
  void settle() {
    while (auto const due = simulator_.agenda().next_due()) {
      if (*due > clock_.now()) clock_.advance(*due - clock_.now());
      simulator_.agenda().catch_up();
    }
  }
  void pass(std::chrono::milliseconds time) {
    for (auto passed = 0ms; passed < time; passed += 5ms) {
      clock_.advance(5ms);
      simulator_.agenda().catch_up();
    }
  }
  CallToPlace call() {
    return {.id = {"call_1"},
            .account = home,
            .from = line,
            .to = phone().str(),
            .script = Speak{{"one", "two"}}};
  }
  TextToSend text() { return {{"msg_1"}, home, line, phone().str(), "Hello", {}}; }
  template <class T>
  CarrierReply<T> into(std::optional<CarrierResult<T>>& result) {
    return [&result](CarrierResult<T> answer) { result.emplace(std::move(answer)); };
  }
  SimulatedPhone seen(AccountId account = home) { return simulator_.look_at(account, phone()); }

  fakes::FixedClock clock_{fakes::noon};
  Listener listener_;
  Simulator simulator_{clock_};
  CarrierCredentials const us_{"simulator", ""};
};

TEST_F(SimulatorTest, ACallIsHeardWithinASecond) {
  std::optional<CarrierResult<CarrierCall>> placed;
  simulator_.carrier().place_call(us_, call(), into(placed));
  pass(answer_time);
  ASSERT_TRUE(placed && *placed);
  EXPECT_EQ((*placed)->status, CallStatus::queued);
  pass(1s);
  ASSERT_EQ(seen().inbox.size(), 1u);
  EXPECT_EQ(seen().inbox[0].kind, PhoneItem::Kind::call);
  EXPECT_EQ(seen().inbox[0].from, line);
  EXPECT_THAT(seen().inbox[0].heard, ElementsAre("one", "two"));
  settle();
  EXPECT_THAT(listener_.call_statuses(),
              ElementsAre(CallStatus::ringing, CallStatus::in_progress, CallStatus::completed));
  EXPECT_EQ(listener_.calls.back().id, CallId{"call_1"});
  EXPECT_EQ(listener_.calls.back().sid, (*placed)->sid);
  EXPECT_EQ(listener_.calls.back().duration_seconds, 1);
  EXPECT_EQ(listener_.calls.back().sequence, 3);
  EXPECT_THAT(seen(other).inbox, IsEmpty());
}

TEST_F(SimulatorTest, HowPhonesBehaveToCalls) {
  struct Row {
    CallBehaviour behaviour;
    CallStatus end;
    std::size_t items;
  };
  for (auto const& row : {Row{CallBehaviour::busy, CallStatus::busy, 1},
                          {CallBehaviour::no_answer, CallStatus::no_answer, 2},
                          {CallBehaviour::fail, CallStatus::failed, 2},
                          {CallBehaviour::voicemail, CallStatus::completed, 3}}) {
    simulator_.behave(home, phone(), {.call = row.behaviour});
    auto asked = call();
    asked.detect_machine = true;
    std::optional<CarrierResult<CarrierCall>> placed;
    simulator_.carrier().place_call(us_, asked, into(placed));
    settle();
    EXPECT_EQ(listener_.calls.back().status, row.end) << to_string(row.behaviour);
    EXPECT_EQ(seen().inbox.size(), row.items) << to_string(row.behaviour);
  }
  EXPECT_EQ(listener_.calls.back().answered_by, AnsweredBy::machine);
}

TEST_F(SimulatorTest, WhoeverAnswersHearsWhatIsAskedFor) {
  listener_.script = ConnectStream{"wss://agents.example.com/1", {}};
  auto asked = call();
  asked.script.reset();
  std::optional<CarrierResult<CarrierCall>> placed;
  simulator_.carrier().place_call(us_, asked, into(placed));
  settle();
  EXPECT_THAT(seen().inbox.at(0).heard,
              ElementsAre("connected to an agent's stream at wss://agents.example.com/1"));
}

TEST_F(SimulatorTest, ACallIsEnded) {
  std::optional<CarrierResult<CarrierCall>> placed, ended;
  simulator_.carrier().place_call(us_, call(), into(placed));
  pass(until_it_rings + until_it_answers + 5ms);
  simulator_.carrier().end_call(us_, (*placed)->sid, into(ended));
  pass(answer_time);
  ASSERT_TRUE(ended && *ended);
  EXPECT_EQ((*ended)->status, CallStatus::completed);
  settle();
  EXPECT_EQ(listener_.calls.size(), 3u);  // and what was to come comes no more
}

TEST_F(SimulatorTest, TextsArrive) {
  std::optional<CarrierResult<CarrierText>> sent;
  simulator_.carrier().send_text(us_, text(), into(sent));
  pass(500ms);
  ASSERT_TRUE(sent && *sent);
  EXPECT_EQ(seen().inbox.at(0).text, "Hello");
  ASSERT_EQ(listener_.texts.size(), 2u);
  EXPECT_EQ(listener_.texts[0].status, MessageStatus::sent);
  EXPECT_EQ(listener_.texts[1].status, MessageStatus::delivered);
}

TEST_F(SimulatorTest, TextsFailAsToldOrForTheUsualReason) {
  for (auto const& [told, code] : {std::pair(std::optional<int>(), 30003), {std::optional(30005), 30005}}) {
    simulator_.behave(home, phone(), {.text = TextBehaviour::fail, .error_code = told});
    std::optional<CarrierResult<CarrierText>> sent;
    simulator_.carrier().send_text(us_, text(), into(sent));
    settle();
    EXPECT_EQ(listener_.texts.back().status, MessageStatus::undelivered);
    EXPECT_EQ(listener_.texts.back().error_code, code);
  }
  EXPECT_THAT(seen().inbox, IsEmpty());
}

TEST_F(SimulatorTest, APhoneTextsAndGetsTheReply) {
  listener_.turned_away = 2;
  listener_.reply = "You are unsubscribed.";
  simulator_.text(home, phone(), line, "STOP");
  settle();
  ASSERT_EQ(listener_.inbound.size(), 3u);
  EXPECT_EQ(listener_.inbound[0].sid, listener_.inbound[2].sid);
  EXPECT_EQ(listener_.inbound[2].text, "STOP");
  ASSERT_EQ(seen().inbox.size(), 1u);
  EXPECT_EQ(seen().inbox[0].text, "You are unsubscribed.");
  EXPECT_EQ(seen().inbox[0].from, line);
}

TEST_F(SimulatorTest, APhoneCalls) {
  simulator_.call(home, phone(), line);
  settle();
  EXPECT_THAT(listener_.call_statuses(),
              ElementsAre(CallStatus::ringing, CallStatus::in_progress, CallStatus::completed));
  EXPECT_FALSE(listener_.calls[0].id);
  EXPECT_EQ(listener_.calls[0].from, phone().str());
  EXPECT_THAT(seen().inbox.at(0).heard, ElementsAre("hello"));
  listener_.script = RejectCall{};
  simulator_.call(home, phone(), line);
  settle();
  EXPECT_EQ(listener_.calls.back().status, CallStatus::busy);
}

TEST_F(SimulatorTest, InboxesAndPhonesAreBounded) {
  PhoneBook book;
  for (std::size_t i = 0; i <= max_inbox; ++i)
    book.add(home, phone(),
             {.kind = PhoneItem::Kind::text, .from = line, .text = std::to_string(i), .at = fakes::noon});
  auto const inbox = book.look_at(home, phone()).inbox;
  EXPECT_EQ(inbox.size(), max_inbox);
  EXPECT_EQ(inbox.front().text, std::to_string(max_inbox));
  for (std::size_t i = 0; i < max_phones; ++i)
    book.behave(home, *E164::parse("+1212" + std::to_string(2'000'000 + i)), {});
  EXPECT_THAT(book.look_at(home, phone()).inbox, IsEmpty());
  EXPECT_EQ(book.all(home, 2 * max_phones).size(), max_phones);
  EXPECT_THAT(book.all(other, 1), IsEmpty());
}

/// One fault after the other.
class ListedFaults final : public Faults {
 public:
  std::vector<Fault> requests;
  std::vector<std::vector<std::chrono::milliseconds>> told;

  Fault of_request(Request) override { return next(requests, Fault{}); }
  std::vector<std::chrono::milliseconds> tellings() override { return next(told, {0ms}); }

 private:
  template <class T>
  static T next(std::vector<T>& list, T otherwise) {
    if (list.empty()) return otherwise;
    auto first = std::move(list.front());
    list.erase(list.begin());
    return first;
  }
};

TEST_F(SimulatorTest, FailsAsCarriersDo) {
  using enum Fault::Kind;
  struct Row {
    Fault fault;
    CarrierFault answer;
    std::size_t sent;
    std::chrono::milliseconds after;
  };
  for (auto const& row : {Row{{busy, {}}, CarrierFault::busy, 0, answer_time},
                          {{unreachable, {}}, CarrierFault::unreachable, 0, answer_time},
                          {{broken, {}}, CarrierFault::broken, 0, answer_time},
                          {{timeout, {}}, CarrierFault::timeout, 0, carrier_timeout},
                          {{lost, {}}, CarrierFault::timeout, 1, carrier_timeout},
                          {{done_broken, {}}, CarrierFault::broken, 1, answer_time},
                          {{late, 3s}, CarrierFault::timeout, 1, carrier_timeout}}) {
    ListedFaults faults;
    faults.requests = {row.fault};
    Simulator simulator(clock_, faults);
    std::optional<CarrierResult<CarrierText>> sent;
    simulator.carrier().send_text(us_, text(), into(sent));
    clock_.advance(row.after - 1ms);
    simulator.agenda().catch_up();
    EXPECT_FALSE(sent);
    clock_.advance(1ms);
    simulator.agenda().catch_up();
    ASSERT_TRUE(sent && !*sent);
    EXPECT_EQ(sent->error().fault, row.answer);
    EXPECT_EQ(sent->error().retry_after.has_value(), row.fault.kind == busy);
    EXPECT_EQ(simulator.carrier().texts().all().size(), row.sent) << static_cast<int>(row.fault.kind);
  }
}

TEST_F(SimulatorTest, StatusesAreToldLateTwiceAndOutOfOrder) {
  ListedFaults faults;
  faults.told = {{30s}, {0ms, 5s}};  // sent, delivered
  Simulator simulator(clock_, faults);
  simulator.tell(&listener_);
  std::optional<CarrierResult<CarrierText>> sent;
  simulator.carrier().send_text(us_, text(), into(sent));
  for (int second = 0; second < 40; ++second) {
    clock_.advance(1s);
    simulator.agenda().catch_up();
  }
  std::vector<MessageStatus> statuses;
  for (auto const& news : listener_.texts) statuses.push_back(news.status);
  EXPECT_THAT(statuses, ElementsAre(MessageStatus::delivered, MessageStatus::delivered, MessageStatus::sent));
}

TEST_F(SimulatorTest, WhatIsAskedIsAnsweredWhenItStops) {
  std::optional<CarrierResult<CarrierText>> before, after;
  simulator_.carrier().send_text(us_, text(), into(before));
  simulator_.stop();
  EXPECT_TRUE(before);
  simulator_.carrier().send_text(us_, text(), into(after));
  EXPECT_TRUE(after);
}

TEST(SimulatorThread, RunsByItself) {
  struct Now final : Clock {
    Instant now() const override {
      auto const since = std::chrono::system_clock::now().time_since_epoch();
      return {std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
    }
  } clock;
  Simulator simulator(clock);
  simulator.start();
  std::atomic<bool> answered{false};
  simulator.carrier().send_text({"simulator", ""}, {{"msg_1"}, home, line, phone().str(), "Hello", {}},
                                [&](CarrierResult<CarrierText>) { answered = true; });
  for (int tries = 0; tries < 1000 && simulator.look_at(home, phone()).inbox.empty(); ++tries)
    std::this_thread::sleep_for(5ms);
  EXPECT_TRUE(answered);
  EXPECT_EQ(simulator.look_at(home, phone()).inbox.size(), 1u);
}

}  // namespace
}  // namespace linebook::simulator

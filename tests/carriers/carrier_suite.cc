// What every carrier owes the port (app/ports/carrier.h), also when it fails.
#include <gmock/gmock.h>

#include <mutex>
#include <set>

#include "carriers/carrier_under_test.h"

namespace linebook::carriers {
namespace {

using simulator::Request;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Kind = simulator::Fault::Kind;

constexpr AccountId tested_account{1};

E164 number(std::string const& text) { return E164::parse(text).value(); }

struct Backend {
  char const* name;
  std::unique_ptr<CarrierUnderTest> (*make)();
};

class CarrierSuite : public testing::TestWithParam<Backend> {
 protected:
  /// Asks, and waits for the one reply.
  template <class T, class Ask>
  CarrierResult<T> reply_to(Ask ask) {
    struct Slot {
      std::mutex mutex;
      std::vector<CarrierResult<T>> replies;
    };
    auto const slot = std::make_shared<Slot>();
    ask(CarrierReply<T>([slot](CarrierResult<T> result) {
      std::lock_guard lock(slot->mutex);
      slot->replies.push_back(std::move(result));
    }));
    for (;;) {
      {
        std::lock_guard lock(slot->mutex);
        if (!slot->replies.empty()) return slot->replies.front();
      }
      under_test_->wait();
    }
  }
  Carrier& carrier() { return under_test_->carrier(); }

  CarrierResult<std::optional<CarrierNumber>> find_owned(E164 const& wanted) {
    return reply_to<std::optional<CarrierNumber>>(
        [&](auto reply) { carrier().find_owned(us_, wanted, std::move(reply)); });
  }
  CarrierResult<CarrierNumber> get(std::string const& sid) {
    return reply_to<CarrierNumber>([&](auto reply) { carrier().get(us_, sid, std::move(reply)); });
  }
  CarrierResult<CarrierNumber> buy(E164 const& wanted) {
    return reply_to<CarrierNumber>(
        [&](auto reply) { carrier().buy(us_, wanted, "Linebook pn_1", std::move(reply)); });
  }
  CarrierResult<CarrierNumber> set_voice(CarrierNumber const& now, VoiceSettings const& wanted) {
    return reply_to<CarrierNumber>(
        [&](auto reply) { carrier().set_voice(us_, now.sid, now.voice, wanted, std::move(reply)); });
  }
  CarrierResult<void> release(std::string const& sid) {
    return reply_to<void>([&](auto reply) { carrier().release(us_, sid, std::move(reply)); });
  }
  CarrierResult<CarrierCall> place(CallToPlace const& call) {
    return reply_to<CarrierCall>([&](auto reply) { carrier().place_call(us_, call, std::move(reply)); });
  }
  CarrierResult<CarrierCall> get_call(std::string const& sid) {
    return reply_to<CarrierCall>([&](auto reply) { carrier().get_call(us_, sid, std::move(reply)); });
  }
  CarrierResult<CarrierCall> end_call(std::string const& sid) {
    return reply_to<CarrierCall>([&](auto reply) { carrier().end_call(us_, sid, std::move(reply)); });
  }
  CarrierResult<CarrierText> send(TextToSend const& text) {
    return reply_to<CarrierText>([&](auto reply) { carrier().send_text(us_, text, std::move(reply)); });
  }
  CarrierResult<CarrierText> get_text(std::string const& sid) {
    return reply_to<CarrierText>([&](auto reply) { carrier().get_text(us_, sid, std::move(reply)); });
  }
  CarrierSearch since(Instant when) const { return {line_.str(), phone_.str(), when}; }
  std::vector<CarrierCall> calls_found(CarrierSearch const& search) {
    auto found = reply_to<std::vector<CarrierCall>>(
        [&](auto reply) { carrier().find_calls(us_, search, std::move(reply)); });
    return found ? std::move(*found) : std::vector<CarrierCall>();
  }
  std::vector<CarrierText> texts_found(CarrierSearch const& search) {
    auto found = reply_to<std::vector<CarrierText>>(
        [&](auto reply) { carrier().find_texts(us_, search, std::move(reply)); });
    return found ? std::move(*found) : std::vector<CarrierText>();
  }

  CallToPlace call() const {
    return {.id = {"call_1"},
            .account = tested_account,
            .from = line_.str(),
            .to = phone_.str(),
            .script = Speak{{"Hello."}}};
  }
  TextToSend text() const {
    return {{"msg_1"}, tested_account, line_.str(), phone_.str(), "Hello, world", {}};
  }

  CarrierCall until_over(std::string const& sid) {
    for (;;) {
      auto const now = get_call(sid);
      if (!now || is_over(now->status)) return now.value_or(CarrierCall());
      under_test_->wait();
    }
  }
  CarrierText until_text_over(std::string const& sid) {
    for (;;) {
      auto const now = get_text(sid);
      if (!now || is_over(now->status)) return now.value_or(CarrierText());
      under_test_->wait();
    }
  }

  std::unique_ptr<CarrierUnderTest> const under_test_ = GetParam().make();
  CarrierCredentials const us_ = under_test_->new_account();
  Instant const begun_ = under_test_->now();
  E164 const line_ = number("+15855550100");
  E164 const phone_ = number("+12125550101");
};

INSTANTIATE_TEST_SUITE_P(Every, CarrierSuite,
                         testing::Values(Backend{"Simulator", make_simulator},
                                         Backend{"Twilio", make_twilio}),
                         [](auto const& backend) { return backend.param.name; });

TEST_P(CarrierSuite, NumbersAreFoundForSaleBoughtAndReleased) {
  under_test_->offer(number("+12125550150"));
  under_test_->offer(number("+16465550150"));
  auto const found = reply_to<std::vector<E164>>(
      [&](auto reply) { carrier().search(us_, {std::string("646"), "US"}, std::move(reply)); });
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, ElementsAre(number("+16465550150")));
  auto const bought = buy(found->front());
  ASSERT_TRUE(bought) << bought.error().message;
  EXPECT_EQ(bought->number, found->front());
  EXPECT_EQ(get(bought->sid)->number, found->front());
  EXPECT_EQ(find_owned(found->front()).value()->sid, bought->sid);
  EXPECT_TRUE(release(bought->sid));
  EXPECT_FALSE(find_owned(found->front()).value());
  EXPECT_EQ(release(bought->sid).error().fault, CarrierFault::not_found);
  EXPECT_EQ(get(bought->sid).error().fault, CarrierFault::not_found);
}

TEST_P(CarrierSuite, WhatIsNotForSaleIsRefused) {
  under_test_->offer(number("+16465550150"));
  auto const no = buy(number("+16465550151"));
  ASSERT_FALSE(no);
  EXPECT_EQ(no.error().fault, CarrierFault::refused);
  EXPECT_EQ(no.error().code, 21422);
  under_test_->goes_wrong(Request::buy, Kind::snatched);
  EXPECT_EQ(buy(number("+16465550150")).error().code, 21422);
}

TEST_P(CarrierSuite, ANumberIsFoundByAllOfItAndByItsOwner) {
  under_test_->own(us_, number("+442071838750"), {});
  under_test_->own(under_test_->new_account(), number("+442071838751"), {});
  EXPECT_TRUE(find_owned(number("+442071838750")).value());
  EXPECT_FALSE(find_owned(number("+44207183875")).value());
  EXPECT_FALSE(find_owned(number("+442071838751")).value());
}

TEST_P(CarrierSuite, SettingsAreSetAndClearedAndReadBack) {
  VoiceSettings earlier;
  earlier.voice_url = "https://old.example.com/";
  earlier.voice_method = "GET";
  earlier.trunk_sid = "TK" + std::string(32, '1');
  earlier.voice_application_sid = "AP" + std::string(32, '2');
  under_test_->own(us_, number("+12125550150"), earlier);
  auto const before = find_owned(number("+12125550150")).value().value();
  VoiceSettings wanted;
  wanted.voice_url = "https://linebook.example.com/voice";
  wanted.status_callback = "https://linebook.example.com/status";
  wanted.voice_method = wanted.voice_fallback_method = wanted.status_callback_method = "POST";
  auto const set = set_voice(before, wanted);
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_EQ(set->voice, wanted);
  EXPECT_EQ(get(set->sid)->voice, wanted);
  auto const back = set_voice(*set, before.voice);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->voice.trunk_sid, earlier.trunk_sid);
  EXPECT_EQ(back->voice.status_callback, "");
  auto const nothing = set_voice(*back, wanted);
  ASSERT_TRUE(nothing);
  EXPECT_TRUE(set_voice(*nothing, wanted)) << "nothing is cleared that is not set";
}

TEST_P(CarrierSuite, ACallIsPlacedFoundAndCompleted) {
  auto const placed = place(call());
  ASSERT_TRUE(placed) << placed.error().message;
  EXPECT_LE(placed->status, CallStatus::ringing);
  auto const found = calls_found(since(begun_));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].sid, placed->sid);
  auto const over = until_over(placed->sid);
  EXPECT_EQ(over.status, CallStatus::completed);
  EXPECT_GE(over.duration_seconds, 1);
  EXPECT_FALSE(over.answered_by);
  EXPECT_THAT(calls_found(since(begun_)), SizeIs(1));
  EXPECT_THAT(calls_found(since(under_test_->now() + std::chrono::hours(1))), IsEmpty());
  EXPECT_THAT(calls_found({phone_.str(), line_.str(), begun_}), IsEmpty());
}

TEST_P(CarrierSuite, WhatBecomesOfCalls) {
  struct Row {
    CallBehaviour behaviour;
    CallStatus end;
    std::optional<AnsweredBy> answered_by;
  };
  for (auto const& row : {Row{CallBehaviour::answer, CallStatus::completed, AnsweredBy::human},
                          {CallBehaviour::voicemail, CallStatus::completed, AnsweredBy::machine},
                          {CallBehaviour::busy, CallStatus::busy, {}},
                          {CallBehaviour::no_answer, CallStatus::no_answer, {}},
                          {CallBehaviour::fail, CallStatus::failed, {}}}) {
    under_test_->behave(phone_, {.call = row.behaviour});
    auto asked = call();
    asked.detect_machine = true;
    auto const placed = place(asked);
    ASSERT_TRUE(placed);
    auto const over = until_over(placed->sid);
    EXPECT_EQ(over.status, row.end) << to_string(row.behaviour);
    EXPECT_EQ(over.answered_by, row.answered_by) << to_string(row.behaviour);
    auto const ended = end_call(placed->sid);
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->status, row.end) << "what is over stays as it ended";
  }
}

TEST_P(CarrierSuite, ACallIsEnded) {
  auto const placed = place(call());
  ASSERT_TRUE(placed);
  ASSERT_TRUE(end_call(placed->sid));
  EXPECT_TRUE(is_over(get_call(placed->sid)->status));
  EXPECT_EQ(end_call("CA" + std::string(32, '0')).error().fault, CarrierFault::not_found);
  EXPECT_EQ(get_call("CA" + std::string(32, '0')).error().fault, CarrierFault::not_found);
}

TEST_P(CarrierSuite, ATextIsSentFoundAndDelivered) {
  auto const sent = send(text());
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_EQ(sent->segments, 1);
  auto const found = texts_found(since(begun_));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].sid, sent->sid);
  EXPECT_EQ(found[0].text, "Hello, world");
  auto const over = until_text_over(sent->sid);
  EXPECT_EQ(over.status, MessageStatus::delivered);
  EXPECT_FALSE(over.error_code);
  EXPECT_THAT(texts_found(since(begun_)), SizeIs(1));
  EXPECT_THAT(texts_found(since(under_test_->now() + std::chrono::hours(1))), IsEmpty());
  EXPECT_THAT(texts_found({phone_.str(), line_.str(), begun_}), IsEmpty());
}

TEST_P(CarrierSuite, ATextThatFailsTellsWhy) {
  under_test_->behave(phone_, {.text = TextBehaviour::fail, .error_code = 30005});
  auto const over = until_text_over(send(text())->sid);
  EXPECT_EQ(over.status, MessageStatus::undelivered);
  EXPECT_EQ(over.error_code, 30005);
}

TEST_P(CarrierSuite, WhatIsNoNumberIsRefused) {
  auto wrong_call = call();
  wrong_call.to = "12";
  EXPECT_EQ(place(wrong_call).error().fault, CarrierFault::refused);
  auto wrong_text = text();
  wrong_text.to = "12";
  auto const no = send(wrong_text);
  ASSERT_FALSE(no);
  EXPECT_EQ(no.error().fault, CarrierFault::refused);
  EXPECT_EQ(no.error().code, 21211);
}

struct Failure {
  Kind kind;
  CarrierFault answer;
  std::size_t made;  // what is there after it
};
constexpr Failure failures[] = {{Kind::busy, CarrierFault::busy, 0},
                                {Kind::broken, CarrierFault::broken, 0},
                                {Kind::timeout, CarrierFault::timeout, 0},
                                {Kind::done_broken, CarrierFault::broken, 1},
                                {Kind::lost, CarrierFault::timeout, 1}};

TEST_P(CarrierSuite, AfterAFailedTextTheListTellsWhetherItWasSent) {
  std::size_t sent = 0;
  for (auto const& failure : failures) {
    under_test_->goes_wrong(Request::send_text, failure.kind);
    auto const answer = send(text());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().fault, failure.answer);
    if (failure.kind == Kind::busy) EXPECT_EQ(answer.error().retry_after, std::chrono::seconds(1));
    sent += failure.made;
    EXPECT_THAT(texts_found(since(begun_)), SizeIs(sent)) << static_cast<int>(failure.kind);
  }
}

TEST_P(CarrierSuite, AfterAFailedCallTheListTellsWhetherItWasPlaced) {
  std::size_t placed = 0;
  for (auto const& failure : failures) {
    under_test_->goes_wrong(Request::place_call, failure.kind);
    auto const answer = place(call());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().fault, failure.answer);
    placed += failure.made;
    EXPECT_THAT(calls_found(since(begun_)), SizeIs(placed)) << static_cast<int>(failure.kind);
  }
}

TEST_P(CarrierSuite, AfterAFailedPurchaseTheAccountTellsWhetherItWasMade) {
  for (auto const& failure : failures) {
    auto const wanted = number("+1646555016" + std::to_string(static_cast<int>(failure.kind)));
    under_test_->offer(wanted);
    under_test_->goes_wrong(Request::buy, failure.kind);
    EXPECT_EQ(buy(wanted).error().fault, failure.answer);
    EXPECT_EQ(find_owned(wanted).value().has_value(), failure.made == 1);
  }
}

TEST_P(CarrierSuite, HundredsAtOnceAreAnsweredOnceEach) {
  constexpr std::size_t count = 300;
  std::mutex mutex;
  std::set<std::string> sids;
  std::size_t answers = 0;
  for (std::size_t i = 0; i < count; ++i)
    carrier().send_text(us_, text(), [&](CarrierResult<CarrierText> sent) {
      std::lock_guard lock(mutex);
      ++answers;
      if (sent) sids.insert(sent->sid);
    });
  for (bool all = false; !all; under_test_->wait()) {
    std::lock_guard lock(mutex);
    all = answers >= count;
  }
  EXPECT_THAT(sids, SizeIs(count));
  EXPECT_THAT(texts_found(since(begun_)), SizeIs(count));
}

}  // namespace
}  // namespace linebook::carriers

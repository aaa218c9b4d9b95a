#include "carriers/twilio/twilio_forms.h"

#include <gmock/gmock.h>

namespace linebook::twilio {
namespace {

using testing::HasSubstr;
using testing::Not;

VoiceSettings voice(std::string url, std::string trunk, std::string application) {
  VoiceSettings settings;
  settings.voice_url = std::move(url);
  settings.voice_method = settings.voice_url.empty() ? "" : "POST";
  settings.trunk_sid = std::move(trunk);
  settings.voice_application_sid = std::move(application);
  return settings;
}

CallToPlace call() {
  return {.id = {"call_1"}, .account = {1}, .from = "+15855550100", .to = "+12125550101"};
}

TEST(TwilioForms, OnlyWhatIsSetIsCleared) {
  struct Row {
    char const* name;
    VoiceSettings now;
    VoiceSettings wanted;
    char const* form;
  };
  Row const rows[] = {
      {"nothing set", {}, voice("https://a/", "", ""), "VoiceUrl=https%3A%2F%2Fa%2F&VoiceMethod=POST"},
      {"a trunk set", voice("", "TK1", ""), voice("https://a/", "", ""),
       "VoiceUrl=https%3A%2F%2Fa%2F&TrunkSid=&VoiceMethod=POST"},
      {"an application set", voice("https://b/", "", "AP1"), voice("https://a/", "", ""),
       "VoiceUrl=https%3A%2F%2Fa%2F&VoiceApplicationSid=&VoiceMethod=POST"},
      {"given back", voice("https://a/", "", ""), voice("", "TK1", ""), "VoiceUrl=&TrunkSid=TK1"},
      {"nothing at all", {}, {}, ""},
  };
  for (auto const& row : rows) EXPECT_EQ(encode_form(form_of(row.now, row.wanted)), row.form) << row.name;
}

TEST(TwilioForms, ACallThatSpeaks) {
  auto asked = call();
  asked.script = Speak{{"Hi"}};
  auto const form = encode_form(form_of(asked).value());
  EXPECT_TRUE(form.starts_with("To=%2B12125550101&From=%2B15855550100&Twiml=%3C%3Fxml"));
  EXPECT_THAT(form, HasSubstr("Say"));
  for (auto const* absent : {"&Url=", "StatusCallback", "MachineDetection"})
    EXPECT_THAT(form, Not(HasSubstr(absent)));
}

TEST(TwilioForms, ACallThatAsksAndTells) {
  auto asked = call();
  asked.answer_url = "https://l/a";
  asked.status_url = "https://l/s";
  asked.detect_machine = true;
  EXPECT_EQ(encode_form(form_of(asked).value()),
            "To=%2B12125550101&From=%2B15855550100&Url=https%3A%2F%2Fl%2Fa&Method=POST"
            "&StatusCallback=https%3A%2F%2Fl%2Fs&StatusCallbackMethod=POST&StatusCallbackEvent=initiated"
            "&StatusCallbackEvent=ringing&StatusCallbackEvent=answered&StatusCallbackEvent=completed"
            "&MachineDetection=Enable");
  asked.wait_for_tone = true;
  EXPECT_THAT(encode_form(form_of(asked).value()), HasSubstr("MachineDetection=DetectMessageEnd"));
}

TEST(TwilioForms, WhatCannotBeAskedIsRefused) {
  auto const silent = form_of(call());
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().fault, CarrierFault::refused);
  auto endless = call();
  endless.script = Speak{{std::string(max_twiml, 'a')}};
  EXPECT_EQ(form_of(endless).error().fault, CarrierFault::refused);
}

TEST(TwilioForms, ATextAsItIsWritten) {
  TextToSend text{{"msg_1"}, {1}, "+15855550100", "+12125550101", "1 & 2 = 3 \xE2\x82\xAC", {}};
  EXPECT_EQ(encode_form(form_of(text)),
            "To=%2B12125550101&From=%2B15855550100&Body=1%20%26%202%20%3D%203%20%E2%82%AC");
  text.status_url = "https://l/s";
  EXPECT_TRUE(encode_form(form_of(text)).ends_with("&StatusCallback=https%3A%2F%2Fl%2Fs"));
}

}  // namespace
}  // namespace linebook::twilio

#include "domain/calls/twilio_call_words.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

TEST(TwilioCallWords, Statuses) {
  EXPECT_EQ(twilio_call_status("initiated"), CallStatus::queued);
  EXPECT_EQ(twilio_call_status("in-progress"), CallStatus::in_progress);
  EXPECT_EQ(twilio_call_status("no-answer"), CallStatus::no_answer);
  for (auto const* word : {"", "unknown", "Completed", "in_progress"})
    EXPECT_FALSE(twilio_call_status(word)) << word;
}

TEST(TwilioCallWords, WhoAnswered) {
  EXPECT_EQ(twilio_answered_by("human"), AnsweredBy::human);
  EXPECT_EQ(twilio_answered_by("unknown"), AnsweredBy::unknown);
  for (auto const* word :
       {"machine_start", "machine_end_beep", "machine_end_silence", "machine_end_other", "fax"})
    EXPECT_EQ(twilio_answered_by(word), AnsweredBy::machine) << word;
  EXPECT_FALSE(twilio_answered_by(""));
}

}  // namespace
}  // namespace linebook

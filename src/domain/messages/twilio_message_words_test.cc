#include "domain/messages/twilio_message_words.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

TEST(TwilioMessageWords, Statuses) {
  EXPECT_EQ(twilio_message_status("undelivered"), MessageStatus::undelivered);
  EXPECT_EQ(twilio_message_status("read"), MessageStatus::delivered);
  EXPECT_EQ(twilio_message_status("scheduled"), MessageStatus::accepted);
  EXPECT_EQ(twilio_message_status("canceled"), MessageStatus::failed);
  for (auto const* word : {"", "unknown", "held", "Sent"}) EXPECT_FALSE(twilio_message_status(word)) << word;
}

}  // namespace
}  // namespace linebook

#include "domain/messages/keywords.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

TEST(Keywords, AreWholeTextsInAnyCase) {
  for (auto const* text : {"STOP", "stop", " Stop. ", "StopAll!", "unsubscribe", "CANCEL", "end", "quit",
                           "Revoke", "optout", "stop\n", "STOP!!"})
    EXPECT_EQ(keyword_of(text), Keyword::stop) << text;
  for (auto const* text : {"START", "unstop", "Yes.", "yes"})
    EXPECT_EQ(keyword_of(text), Keyword::start) << text;
  for (auto const* text : {"HELP", "help?", "Info"}) EXPECT_EQ(keyword_of(text), Keyword::help) << text;
}

TEST(Keywords, AreNotPartsOfTexts) {
  for (auto const* text :
       {"", " ", ".", "please stop", "stop it", "STOPPED", "yes please", "helpful", "S T O P"})
    EXPECT_EQ(keyword_of(text), std::nullopt) << text;
}

}  // namespace
}  // namespace linebook

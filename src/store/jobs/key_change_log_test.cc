#include "store/jobs/key_change_log.h"

#include <gtest/gtest.h>

#include <string>

namespace linebook {
namespace {

KeyChanges change_of(std::size_t number) {
  return {.keys = {{"key_" + std::to_string(number)}}, .accounts = {}};
}

TEST(KeyChangeLog, TellsWhatCameSince) {
  KeyChangeLog log;
  auto const at_first = log.generation();
  log.add({});
  EXPECT_EQ(log.generation(), at_first) << "nothing has changed";
  log.add(change_of(1));
  auto const after_one = log.generation();
  log.add({.keys = {}, .accounts = {{7}}});
  ASSERT_EQ(log.since(at_first).keys.size(), 1U);
  EXPECT_EQ(log.since(at_first).keys[0].value, "key_1");
  EXPECT_EQ(log.since(at_first).accounts.size(), 1U);
  EXPECT_TRUE(log.since(after_one).keys.empty());
  EXPECT_EQ(log.since(after_one).accounts.size(), 1U);
  EXPECT_FALSE(log.since(log.generation()).any());
}

TEST(KeyChangeLog, TellsWhoIsFarBehindToForgetEverything) {
  KeyChangeLog log;
  auto const at_first = log.generation();
  for (std::size_t i = 0; i < KeyChangeLog::max_remembered; ++i) log.add(change_of(i));
  EXPECT_FALSE(log.since(at_first).everything);
  EXPECT_EQ(log.since(at_first).keys.size(), KeyChangeLog::max_remembered);
  log.add(change_of(0));
  EXPECT_TRUE(log.since(at_first).everything);
  EXPECT_FALSE(log.since(at_first + 1).everything);
}

}  // namespace
}  // namespace linebook

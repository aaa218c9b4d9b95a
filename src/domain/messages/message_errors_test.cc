#include "domain/messages/message_errors.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

TEST(MessageErrors, WhatTheyMeanForTheNumber) {
  struct Row {
    int code;
    MessageErrorEffect effect;
  };
  for (auto const& [code, effect] : {Row{20003, MessageErrorEffect::none},
                                     {21211, MessageErrorEffect::undeliverable},
                                     {21610, MessageErrorEffect::opted_out},
                                     {21614, MessageErrorEffect::undeliverable},
                                     {30003, MessageErrorEffect::passing},
                                     {30004, MessageErrorEffect::none},
                                     {30005, MessageErrorEffect::undeliverable},
                                     {30006, MessageErrorEffect::undeliverable},
                                     {30007, MessageErrorEffect::none},
                                     {30500, MessageErrorEffect::passing}}) {
    auto const* error = message_error(code);
    ASSERT_NE(error, nullptr) << code;
    EXPECT_EQ(error->effect, effect) << code;
    EXPECT_TRUE(error->meaning.ends_with('.')) << code;
  }
}

TEST(MessageErrors, UnknownCodes) {
  for (int code : {-1, 0, 1, 20002, 30028, 99999}) EXPECT_EQ(message_error(code), nullptr) << code;
}

}  // namespace
}  // namespace linebook

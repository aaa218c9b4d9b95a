#include "domain/text/shown_text.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

TEST(ShownText, IsCutBetweenCharacters) {
  EXPECT_EQ(cut_text("abc", 3), "abc");
  EXPECT_EQ(cut_text("abcd", 3), "abc");
  EXPECT_EQ(cut_text("ab\xC3\xA4", 3), "ab");
  EXPECT_EQ(cut_text("ab\xC3\xA4", 4), "ab\xC3\xA4");
  EXPECT_EQ(cut_text("\xF0\x9F\x98\x80", 3), "");
  EXPECT_EQ(cut_text("a\xF0\x9F\x98\x80z", 5), "a\xF0\x9F\x98\x80");
  EXPECT_EQ(cut_text("", 0), "");
}

TEST(ShownText, AHeaderOfAnyBytesIsReadable) {
  EXPECT_EQ(readable_header("curl/8.0", 256), "curl/8.0");
  EXPECT_EQ(readable_header("M\xC3\xBCller/1", 256), "M\xC3\xBCller/1");
  EXPECT_EQ(readable_header("M\xFCller/1", 256), "M?ller/1");
  EXPECT_EQ(readable_header("tab\there", 256), "tab?here");
  EXPECT_EQ(readable_header("abcd\xC3\xA4", 5), "abcd");
  EXPECT_EQ(readable_header("\x80\x80\x80\x80", 2), "");
}

TEST(ShownText, ABodyKeepsItsLines) {
  EXPECT_EQ(readable_text("{\n\t\"a\": 1\r\n}", 256), "{\n\t\"a\": 1\r\n}");
  EXPECT_EQ(readable_text(std::string_view("a\0b\xFF\x1B[1m\n", 9), 256), "a?b??[1m\n");
  EXPECT_EQ(readable_text("abcd\xC3\xA4", 5), "abcd");
}

}  // namespace
}  // namespace linebook

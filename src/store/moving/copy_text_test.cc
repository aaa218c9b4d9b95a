#include "store/moving/copy_text.h"

#include <gtest/gtest.h>

namespace linebook::moving {
namespace {

TEST(CopyText, EscapesWhatTheServerEscapes) {
  struct {
    char const* name;
    std::string_view text;
    std::string_view line;
  } const cases[] = {
      {"plain", "Ann", "Ann"},
      {"empty", "", ""},
      {"a tab", "a\tb", R"(a\tb)"},
      {"line ends", "a\r\nb", R"(a\r\nb)"},
      {"a backslash", R"(\N)", R"(\\N)"},
      {"rare ones", "\b\f\v", R"(\b\f\v)"},
      {"other control characters", "\x01\x7F", "\x01\x7F"},
      {"UTF-8", "Zoë", "Zoë"},
  };
  for (auto const& c : cases) {
    std::string line;
    append_copy_text(line, c.text);
    EXPECT_EQ(line, c.line) << c.name;
  }
}

TEST(CopyText, WritesBytesInHex) {
  std::string line;
  append_copy_bytes(line, std::string_view("\x00\xFF\n", 3));
  EXPECT_EQ(line, R"(\\x00ff0a)");
}

}  // namespace
}  // namespace linebook::moving

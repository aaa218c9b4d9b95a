#include "domain/text/name_key.h"

#include <gtest/gtest.h>

namespace linebook {
namespace {

TEST(NameKey, EvensOutHowNamesAreTyped) {
  struct {
    char const* name;
    char const* typed;
    char const* key;
  } const cases[] = {
      {"plain", "Doe", "doe"},
      {"umlaut", "Müller", "muller"},
      {"umlaut, decomposed", "Mu\u0308ller", "muller"},
      {"sharp s", "Weiß", "weiss"},
      {"tilde and case", "NUÑEZ", "nunez"},
      {"stroke", "Łukasz Sørensen", "lukasz sorensen"},
      {"dotted capital I", "İbrahim", "ibrahim"},
      {"ligature", "ﬁona", "fiona"},
      {"fullwidth", "Ｄｏｅ", "doe"},
      {"typographic apostrophe", "O’Brien", "o'brien"},
      {"dash", "Smith\u2010Jones", "smith-jones"},
      {"spaces", "  de   la\u00a0Cruz ", "de la cruz"},
      {"zero-width space", "Do\u200be", "doe"},
      {"Vietnamese", "Nguyễn", "nguyen"},
      {"Greek", "ΣΊΣΥΦΟΣ", "σισυφοσ"},
      {"Chinese", "王", "王"},
      {"empty", "", ""},
      {"blank", " \u00a0\u200b ", ""},
      {"not UTF-8", "M\xfcller", ""},
  };
  for (auto const& c : cases) {
    EXPECT_EQ(name_key(c.typed), c.key) << c.name;
    EXPECT_EQ(name_key(c.key), c.key) << c.name;
  }
}

TEST(NameKey, FoldsAsciiAsItFoldsAnyText) {
  for (char c = ' '; c <= '~'; ++c) {
    auto const name = std::string("A  ") + c + " b" + c + "x";
    EXPECT_EQ(name_key(name) + "u", name_key(name + "ü")) << c;
  }
}

TEST(CleanText, IsUtf8WithoutControlCharacters) {
  struct {
    char const* name;
    std::string text;
    bool clean;
  } const cases[] = {
      {"empty", "", true},
      {"plain", "Front desk", true},
      {"five characters in ten bytes", "ééééé", true},
      {"as long as allowed", "0123456789", true},
      {"one too long", "0123456789a", false},
      {"emoji", "☎️", true},
      {"NUL", std::string("a\0b", 3), false},
      {"tab", "a\tb", false},
      {"newline", "a\n", false},
      {"delete", "a\x7f", false},
      {"C1 control", "a\u0085", false},
      {"line separator", "a\u2028", false},
      {"Latin-1", "M\xfcller", false},
      {"cut off", "M\xc3", false},
      {"overlong", "\xc0\xaf", false},
      {"surrogate", "\xed\xa0\x80", false},
      {"beyond Unicode", "\xf4\x90\x80\x80", false},
  };
  for (auto const& c : cases) EXPECT_EQ(is_clean_text(c.text, 10), c.clean) << c.name;
}

}  // namespace
}  // namespace linebook

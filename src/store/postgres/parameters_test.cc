#include "store/postgres/parameters.h"

#include <gtest/gtest.h>

namespace linebook::postgres {
namespace {

TEST(StorableText, IsUtf8WithoutNul) {
  struct Row {
    char const* what;
    std::string_view text;
    bool storable;
  };
  using namespace std::string_view_literals;
  Row const rows[] = {
      {"empty", "", true},
      {"ASCII", "pat_1", true},
      {"control characters", "\x01\x7F", true},
      {"two bytes", "é", true},
      {"three bytes", "’", true},
      {"four bytes", "\xF0\x9F\x93\x9E", true},
      {"the last character", "\xF4\x8F\xBF\xBF", true},
      {"NUL", "a\0b"sv, false},
      {"a byte that begins nothing", "a\xFF", false},
      {"a continuation alone", "\x80", false},
      {"cut short", "\xE2\x80", false},
      {"overlong", "\xC0\x80", false},
      {"overlong, three bytes", "\xE0\x80\x80", false},
      {"overlong, four bytes", "\xF0\x80\x80\x80", false},
      {"a surrogate", "\xED\xA0\x80", false},
      {"beyond the last", "\xF4\x90\x80\x80", false},
  };
  for (auto const& row : rows) {
    EXPECT_EQ(is_storable_text(row.text), row.storable) << row.what;
    EXPECT_TRUE(is_storable_text(storable_text(row.text))) << row.what;
    EXPECT_EQ(storable_text(row.text) == row.text, row.storable) << row.what;
    EXPECT_EQ(Parameters(row.text).had_unstorable_text(), !row.storable) << row.what;
  }
}

TEST(Parameters, TellTheirTypesAndNulls) {
  Parameters const parameters(AccountId{7}, true, std::optional<std::string>(), Bytes{"\0"},
                              std::vector<std::int64_t>{1}, Instant{5});
  unsigned const types[] = {20, 16, 25, 17, 1016, 20};
  ASSERT_EQ(parameters.count(), 6);
  for (int i = 0; i < parameters.count(); ++i) EXPECT_EQ(parameters.types()[i], types[i]) << i;
  EXPECT_EQ(parameters.places()[2].size, -1);
  std::string_view const first(parameters.bytes() + parameters.places()[0].begin, 8);
  EXPECT_EQ(first, std::string_view("\0\0\0\0\0\0\0\7", 8));
}

}  // namespace
}  // namespace linebook::postgres

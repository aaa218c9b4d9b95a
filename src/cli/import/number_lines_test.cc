#include "cli/import/number_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace linebook {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

NumberLines::Read in_pieces(std::string_view text, std::size_t piece) {
  return [text, piece](char* into, std::size_t size) mutable -> Result<std::size_t> {
    auto const n = std::min({size, piece, text.size()});
    std::memcpy(into, text.data(), n);
    text.remove_prefix(n);
    return n;
  };
}

/// "+5852984455", "-5852984455", "line 3"; "error" at last where there is one.
std::vector<std::string> read_all(std::string_view text, LineForm form, std::size_t piece = 7) {
  NumberLines file(in_pieces(text, piece), form);
  std::vector<std::string> all;
  NumberLines::Batch batch;
  for (;;) {
    auto const more = file.next(batch);
    if (!more) all.push_back(more.error().message);
    if (!more || !*more) return all;
    for (auto const number : batch.numbers)
      all.push_back((batch.change == ListChange::add ? "+" : "-") + std::to_string(number));
    for (auto const& bad : batch.bad) all.push_back("line " + std::to_string(bad.line));
  }
}

TEST(NumberLines, ReadsBothFormsAndAnyLineEnds) {
  auto const* const text = "585,2984455\r\n5852984456\n\n  \r\n0000000001\t\n999,9999999";
  for (std::size_t piece : {1U, 2U, 5U, 11U, 4096U})
    EXPECT_THAT(read_all(text, LineForm::number, piece),
                ElementsAre("+5852984455", "+5852984456", "+1", "+9999999999"))
        << piece;
  EXPECT_THAT(read_all("", LineForm::number), IsEmpty());
  EXPECT_THAT(read_all("\n\r\n\n", LineForm::number), IsEmpty());
}

TEST(NumberLines, TellsBadLinesByTheirNumber) {
  for (auto const* bad : {"585298445", "58529844555", "585,298445", "585,29844555", "58a2984455",
                          "585 2984455", "585;2984455", "+15852984455", "5852984455,", ",5852984455",
                          "number", "5,852984455", "585,2984455,2026-11-20,A", "١٢٣٤٥", " 5852984455"})
    EXPECT_THAT(read_all("5852984455\n\n" + std::string(bad) + "\n5852984456", LineForm::number, 4096),
                testing::UnorderedElementsAre("+5852984455", "+5852984456", "line 3"))
        << bad;
}

TEST(NumberLines, SaysThatALineIsOfAChangeList) {
  NumberLines file(in_pieces("585,2984455,2026-11-20,A\n", 100), LineForm::number);
  NumberLines::Batch batch;
  ASSERT_TRUE(file.next(batch).value());
  ASSERT_EQ(batch.bad.size(), 1U);
  EXPECT_THAT(std::string(batch.bad[0].why), HasSubstr("--changes"));
}

TEST(NumberLines, ReadsChangesInTheirOrder) {
  EXPECT_THAT(read_all("585,2984455,2026-11-20 08:00:00,A\r\n"
                       "585,2984455,2026-11-20T08:00:00Z,D\n"
                       "5852984456,A\n"
                       "5852984457,A,11/20/2026,08:00 AM\n"
                       "5852984458,11/20/2026,08:00:00.000,D\n",
                       LineForm::change),
              ElementsAre("+5852984455", "-5852984455", "+5852984456", "+5852984457", "-5852984458"));
  for (auto const* bad : {"585,2984455", "5852984455", "585,2984455,A,D", "585,2984455,X",
                          "585,2984455,2026-11-20", "585,298445,A", "585,2984455,a", "A,5852984455",
                          "5852984455,A,b", "5852984455,1,2,3,4,5,A", ",,,A", "585"})
    EXPECT_THAT(read_all("5852984456,A\n" + std::string(bad), LineForm::change, 4096),
                ElementsAre("+5852984456", "line 2"))
        << bad;
}

TEST(NumberLines, GivesUpOnALineWithoutEnd) {
  EXPECT_THAT(read_all(std::string(1 << 20, '5'), LineForm::number, 4096),
              ElementsAre(HasSubstr("no list of numbers")));
  EXPECT_THAT(read_all("5852984455\n" + std::string(1 << 20, '\0'), LineForm::number, 100'000),
              ElementsAre(HasSubstr("line 2 is longer")));
  // Also where its end is in sight, however it comes.
  for (std::size_t const piece : {1, 100, 4096})
    EXPECT_THAT(read_all("5852984455\n" + std::string(129, '5') + "\n5852984456\n", LineForm::number, piece),
                ElementsAre(HasSubstr("line 2 is longer")));
}

TEST(NumberLines, ReadsManyBatches) {
  std::string text;
  for (std::uint64_t i = 0; i < 100'000; ++i) text += std::to_string(5'850'000'000 + i) + "\n";
  auto const all = read_all(text, LineForm::number, 70'000);
  ASSERT_EQ(all.size(), 100'000U);
  EXPECT_EQ(all.back(), "+5850099999");
}

}  // namespace
}  // namespace linebook

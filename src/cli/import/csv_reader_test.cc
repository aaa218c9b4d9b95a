#include "cli/import/csv_reader.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstring>

namespace linebook {
namespace {

using Rows = std::vector<std::vector<std::string>>;

/// Reads `text` in pieces of `piece` bytes, so that every boundary falls everywhere.
Result<Rows> read(std::string_view text, std::size_t piece) {
  CsvReader reader([text, piece](char* into, std::size_t size) mutable -> Result<std::size_t> {
    auto const n = std::min({piece, size, text.size()});
    std::memcpy(into, text.data(), n);
    text.remove_prefix(n);
    return n;
  });
  Rows rows;
  for (;;) {
    auto more = reader.next();
    if (!more) return fail(std::move(more.error()));
    if (!*more) return rows;
    rows.push_back(reader.fields());
  }
}

TEST(CsvReader, ReadsWhatSpreadsheetsWrite) {
  struct Row {
    char const* name;
    std::string text;
    Rows rows;
  } const rows[] = {
      {"empty", "", {}},
      {"plain", "a,b\n1,2\n", {{"a", "b"}, {"1", "2"}}},
      {"no line end at the end", "a,b\n1,2", {{"a", "b"}, {"1", "2"}}},
      {"CRLF", "a,b\r\n1,2\r\n", {{"a", "b"}, {"1", "2"}}},
      {"CR", "a,b\r1,2\r", {{"a", "b"}, {"1", "2"}}},
      {"quoted", "\"a,b\",\"c\"\"d\"\n", {{"a,b", "c\"d"}}},
      {"quoted line end", "\"a\r\nb\",c\n", {{"a\r\nb", "c"}}},
      {"empty fields", ",,\n", {{"", "", ""}}},
      {"empty quoted field", "\"\",x\n", {{"", "x"}}},
      {"blank lines are passed over", "\n\r\na\n\n\nb\n\n", {{"a"}, {"b"}}},
      {"a quote within an unquoted field", "5'10\" tall,x\n", {{"5'10\" tall", "x"}}},
      {"rows of other lengths", "a,b\n1\n1,2,3\n", {{"a", "b"}, {"1"}, {"1", "2", "3"}}},
      {"UTF-8", "Jos\xC3\xA9,\xE4\xB8\xAD\n", {{"Jos\xC3\xA9", "\xE4\xB8\xAD"}}},
  };
  for (auto const& row : rows)
    for (std::size_t piece : {1u, 2u, 3u, 1000u}) {
      SCOPED_TRACE(row.name);
      auto read_rows = read(row.text, piece);
      ASSERT_TRUE(read_rows) << read_rows.error().message;
      EXPECT_EQ(*read_rows, row.rows);
    }
}

TEST(CsvReader, RefusesWithTheLine) {
  struct Row {
    char const* name;
    std::string text;
    char const* told;
  } const rows[] = {
      {"a quote that never closes", "a\nb\n\"c\nd", "line 3: a quoted field never ends"},
      {"text behind a quote", "a\n\"b\"c\n", "line 2: text follows a closing quote"},
      {"a field without end", "a\n" + std::string(CsvReader::max_field + 1, 'x'),
       "line 2: a field is longer"},
      {"too many fields", std::string(CsvReader::max_fields, ','), "line 1: more than 256 fields"},
      {"a row without end",
       [] {
         std::string text;
         for (int i = 0; i < 20; ++i) text += std::string(CsvReader::max_field, 'x') + ",";
         return text;
       }(),
       "line 1: the row is longer"},
  };
  for (auto const& row : rows) {
    SCOPED_TRACE(row.name);
    auto read_rows = read(row.text, 1000);
    ASSERT_FALSE(read_rows);
    EXPECT_THAT(read_rows.error().message, testing::StartsWith(row.told));
  }
}

TEST(CsvReader, ReadsOtherSeparators) {
  for (char const separator : {';', '\t', '|'}) {
    std::string text = "a,x;b\n1;2\n";
    std::ranges::replace(text, ';', separator);
    CsvReader reader(
        [text = std::string_view(text)](char* into, std::size_t size) mutable -> Result<std::size_t> {
          auto const n = std::min(size, text.size());
          std::memcpy(into, text.data(), n);
          text.remove_prefix(n);
          return n;
        },
        separator);
    ASSERT_TRUE(*reader.next());
    EXPECT_EQ(reader.fields(), (std::vector<std::string>{"a,x", "b"}));
    reader.count_rows_from_here();
    ASSERT_TRUE(*reader.next());
    EXPECT_EQ(reader.fields(), (std::vector<std::string>{"1", "2"}));
    EXPECT_EQ(reader.row(), 1u);
    EXPECT_EQ(reader.line(), 2u);
    EXPECT_FALSE(*reader.next());
  }
}

TEST(CsvReader, TellsTheRowBehindTheHeader) {
  std::string_view text = "a\n\nb\n\"c";
  CsvReader reader([text](char* into, std::size_t size) mutable -> Result<std::size_t> {
    auto const n = std::min(size, text.size());
    std::memcpy(into, text.data(), n);
    text.remove_prefix(n);
    return n;
  });
  ASSERT_TRUE(*reader.next());
  reader.count_rows_from_here();
  ASSERT_TRUE(*reader.next());
  EXPECT_EQ(reader.blank_lines(), 1u);
  EXPECT_EQ(reader.last_blank_line(), 2u);
  auto const more = reader.next();
  ASSERT_FALSE(more);
  EXPECT_THAT(more.error().message, testing::StartsWith("row 2, line 4: a quoted field never ends"));
}

TEST(CsvReader, PassesOnTheSourcesError) {
  CsvReader reader(
      [](char*, std::size_t) -> Result<std::size_t> { return fail(ErrorCode::unavailable, "disk gone"); });
  auto more = reader.next();
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().message, "disk gone");
}

TEST(CsvField, IsReadAsItWasWritten) {
  for (std::string const text : {"", "a", "a,b", "say \"hi\"", "two\nlines", " lead", "trail ", "\r"}) {
    std::string line;
    append_csv_field(line, text);
    line += ",end\n";
    auto rows = read(line, 1000);
    ASSERT_TRUE(rows);
    EXPECT_EQ(*rows, (Rows{{text, "end"}}));
  }
}

TEST(GuardedCsvField, NoSpreadsheetTakesItForAFormula) {
  for (std::string const text : {"=1+1", "+1", "-1", "@SUM", "\tx", "\rx", "'=1", "''+x"}) {
    std::string field;
    append_guarded_csv_field(field, text);
    EXPECT_TRUE(field.starts_with("'") || field.starts_with("\"'")) << field;
  }
  std::string plain;
  append_guarded_csv_field(plain, "'tis Ana's");
  EXPECT_EQ(plain, "'tis Ana's");
}

/// Every string of up to four of the signs that matter.
TEST(GuardedCsvField, IsReadExactlyAsItWasWritten) {
  constexpr std::string_view signs = "'=+-@\t\rx\",\n";
  std::vector<std::string> texts{""};
  for (std::size_t i = 0; i < texts.size() && texts[i].size() < 4; ++i)
    for (char const sign : signs) texts.push_back(texts[i] + sign);
  std::string line;
  for (auto const& text : texts) {
    line.clear();
    append_guarded_csv_field(line, text);
    line += ",end\n";
    auto const rows = read(line, 4096);
    ASSERT_TRUE(rows) << line;
    ASSERT_EQ(without_guard(rows->front().front()), text) << line;
  }
}

}  // namespace
}  // namespace linebook

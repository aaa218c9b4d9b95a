#include "domain/numbers/written_number.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <charconv>
#include <fstream>
#include <optional>
#include <vector>

#include "domain/numbers/number_query.h"
#include "domain/numbers/telecom_text.h"

namespace linebook {
namespace {

/// A row of docs/NUMBERS.md.
struct TableRow {
  std::string written;
  std::string read;
  std::string with_keys;
};

std::string utf8(unsigned c) {
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
  return {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
          static_cast<char>(0x80 | (c & 0x3F))};
}

std::string unescaped(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    unsigned c = 0;
    if (text.starts_with("\\u") && text.size() >= 6) {
      std::from_chars(text.data() + 2, text.data() + 6, c, 16);
      text.remove_prefix(6);
      plain += utf8(c);
    } else {
      plain += text.front();
      text.remove_prefix(1);
    }
  }
  return plain;
}

std::string_view stripped(std::string_view cell) {
  auto const first = cell.find_first_not_of(' ');
  if (first == cell.npos) return {};
  return cell.substr(first, cell.find_last_not_of(' ') - first + 1);
}

/// The rows of the first table whose first cell is code.
std::vector<TableRow> table() {
  std::ifstream file(LINEBOOK_NUMBERS_TABLE);
  std::vector<TableRow> rows;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("| `")) {
      if (!rows.empty()) break;
      continue;
    }
    std::vector<std::string_view> cells;
    for (std::size_t at = 1; at < line.size();) {
      auto const end = std::min(line.find('|', at), line.size());
      cells.push_back(stripped(std::string_view(line).substr(at, end - at)));
      at = end + 1;
    }
    if (cells.size() != 4) {
      ADD_FAILURE() << "four cells, please: " << line;
      continue;
    }
    auto const code = cells[0].substr(1, cells[0].size() - 2);
    rows.push_back({unescaped(code), std::string(cells[1]), std::string(cells[2])});
  }
  return rows;
}

std::string told(std::expected<WrittenNumber, UnreadNumber> const& read) {
  if (!read) {
    auto text = "refused: " + std::string(to_string(read.error().obstacle));
    return read.error().digits == 0 ? text : text + " " + std::to_string(read.error().digits);
  }
  return read->extension.empty() ? read->number.str() : read->number.str() + " ext " + read->extension;
}

TEST(WrittenNumber, IsReadAsTheTableSays) {
  auto const rows = table();
  ASSERT_GT(rows.size(), 60u);
  for (auto const& row : rows) {
    EXPECT_EQ(told(read_written_number(row.written)), row.read) << row.written;
    EXPECT_EQ(told(read_written_number(row.written, NumberLetters::keypad)),
              row.with_keys.empty() ? row.read : row.with_keys)
        << row.written;
  }
}

TEST(WrittenNumber, OfTheTableIsSearchedAndImportedAlike) {
  for (auto const& row : table()) {
    auto const read = read_written_number(row.written);
    if (!read) continue;
    auto const query = NumberQuery::parse(row.written);
    EXPECT_EQ(query.has_value(), read->extension.empty()) << row.written;
    if (query) EXPECT_EQ(query->digits(), read->number.view()) << row.written;
    EXPECT_TRUE(NumberQuery::looks_like_one(row.written)) << row.written;
    auto const telecom = read_telecom_text(row.written);
    EXPECT_EQ(telecom.numbers, std::vector{read->number}) << row.written;
    EXPECT_EQ(telecom.extensions, read->extension.empty() ? 0u : 1u) << row.written;
  }
}

TEST(WrittenNumber, OfAnyCountryFindsALine) {
  struct {
    char const* written;
    char const* number;  // nullptr: none
  } const cases[] = {
      {"5852984401", "+15852984401"},
      {"(585) 298-4401", "+15852984401"},
      {"+44 20 7946 0018", "+442079460018"},
      {"0044 20 7946 0018", "+442079460018"},
      {"tel:+44-20-7946-0018", "+442079460018"},
      {"+\uff14\uff14 20 7946 0018", "+442079460018"},
      {"442079460018", nullptr},
      {"+0442079460018", nullptr},
      {"1-800-FLOWERS", nullptr},
      {"trunk7", nullptr},
  };
  for (auto const& c : cases) {
    auto const read = read_written_e164(c.written);
    ASSERT_EQ(read.has_value(), c.number != nullptr) << c.written;
    if (read) EXPECT_EQ(read->number.view(), c.number) << c.written;
  }
}

TEST(WrittenNumber, IsBounded) {
  auto const spaces = [](std::size_t n) { return std::string(n, ' ') + "5852984401"; };
  EXPECT_EQ(told(read_written_number(spaces(54))), "5852984401");
  EXPECT_EQ(told(read_written_number(spaces(55))), "refused: too_long");
  std::string wide;
  for (int i = 0; i < 54; ++i) wide += "\u3000";  // characters are counted, not bytes
  EXPECT_EQ(told(read_written_number(wide + "5852984401")), "5852984401");
  EXPECT_EQ(told(read_written_number(std::string(1 << 20, '5'))), "refused: too_long");
}

TEST(WrittenNumber, SaysWhatToDoAndEchoesNothing) {
  for (auto const& row : table()) {
    auto const read = read_written_number(row.written);
    if (read) continue;
    auto const message = message_for(read.error());
    EXPECT_GT(message.size(), 20u) << row.written;
    for (char c : message) EXPECT_TRUE(c >= ' ' && c <= '~') << row.written;
  }
  EXPECT_THAT(message_for({NumberObstacle::rounded}),
              testing::HasSubstr("rounded by a spreadsheet, the last digits are lost"));
  EXPECT_THAT(message_for({NumberObstacle::too_short, 9}), testing::HasSubstr("9 digits"));
  EXPECT_EQ(extension_left_out(*read_written_number("585-298-4415 ext. 12")),
            "the extension 12 of ***4415 was left out");
}

TEST(WrittenNumber, RefusesHostileBytes) {
  for (auto const& text :
       {std::string("585298\0004401", 11), std::string("5852984401\xff"), std::string("\x1b[31m5852984401"),
        std::string("585298440\x1a"), std::string("5852984401\xe2\x80")})
    EXPECT_EQ(told(read_written_number(text)), "refused: not_a_number");
}

}  // namespace
}  // namespace linebook

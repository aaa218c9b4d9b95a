#include "cli/import/text_decoder.h"
#include "fakes/file_in_pieces.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstring>

namespace linebook {
namespace {

using namespace std::string_literals;

struct Decoded {
  std::string text;
  TextEncoding encoding;
  std::string refused;
};

Decoded decode(std::string_view bytes, std::optional<TextEncoding> said = {}, std::size_t piece = 1000) {
  FileInPieces file(bytes, piece);
  TextDecoder decoder(file, said);
  Decoded decoded;
  for (char buffer[7];;) {
    auto const n = decoder.read(buffer, sizeof buffer);
    if (!n) decoded.refused = n.error().message;
    if (!n || *n == 0) break;
    decoded.text.append(buffer, *n);
  }
  decoded.encoding = decoder.encoding();
  return decoded;
}

TEST(TextDecoder, RecognisesWhatProgramsSave) {
  struct Row {
    char const* name;
    std::string bytes;
    TextEncoding encoding;
    std::string text;
  } const rows[] = {
      {"empty", "", TextEncoding::utf_8, ""},
      {"ASCII", "a,b\n", TextEncoding::utf_8, "a,b\n"},
      {"UTF-8", "Jos\xC3\xA9", TextEncoding::utf_8, "José"},
      {"UTF-8 with a mark", "\xEF\xBB\xBFZo\xC3\xAB", TextEncoding::utf_8, "Zoë"},
      {"a mark alone", "\xEF\xBB\xBF", TextEncoding::utf_8, ""},
      {"Windows-1252", "Jos\xE9,Mu\xF1oz", TextEncoding::windows_1252, "José,Muñoz"},
      {"its apostrophe and dash",
       "O\x92"
       "Brien,Anne\x96Marie \x96 x",
       TextEncoding::windows_1252, "O’Brien,Anne–Marie – x"},
      {"UTF-16 LE", "\xFF\xFEZ\0o\0\xEB\0"s, TextEncoding::utf_16le, "Zoë"},
      {"UTF-16 BE", "\xFE\xFF\0Z\0o\0\xEB"s, TextEncoding::utf_16be, "Zoë"},
      {"UTF-16 LE without a mark", "n\0u\0m\0b\0e\0r\0,\0\xEB\0"s, TextEncoding::utf_16le, "number,ë"},
      {"UTF-16 BE without a mark", "\0n\0u\0m\0b\0e\0r\0,\0\xEB"s, TextEncoding::utf_16be, "number,ë"},
      {"a surrogate pair", "\xFF\xFE\x3D\xD8\x00\xDE"s, TextEncoding::utf_16le, "\xF0\x9F\x98\x80"},
      {"letters that come late", std::string(200'000, 'x') + "Jos\xE9", TextEncoding::windows_1252,
       std::string(200'000, 'x') + "José"},
      {"a character across pieces", std::string(TextDecoder::piece - 1, 'x') + "\xC3\xA9",
       TextEncoding::utf_8, std::string(TextDecoder::piece - 1, 'x') + "é"},
  };
  for (auto const& row : rows)
    for (std::size_t const piece : {1u, 3u, 100'000u}) {
      SCOPED_TRACE(row.name);
      auto const decoded = decode(row.bytes, {}, piece);
      EXPECT_EQ(decoded.refused, "");
      EXPECT_EQ(decoded.text, row.text);
      EXPECT_EQ(decoded.encoding, row.encoding);
    }
}

TEST(TextDecoder, RefusesWhatStaysUnclear) {
  struct Row {
    char const* name;
    std::string bytes;
    std::string before;  // is read all the same
    char const* told;
  } const rows[] = {
      {"an old Mac's é", "a,Jos\x8E\n", "a,Jos", "--encoding"},
      {"an old Mac's ñ", "Mu\x96oz", "Mu", "--encoding"},
      {"DOS", "Jos\x82,M\x81ller", "Jos", "0x82"},
      {"Cyrillic", "x,\xC8\xE2\xE0\xED", "x,", "0xC8"},
      {"both", "Jos\xC3\xA9,Jos\xE9,x", "José,Jos", "as the text before it is"},
      {"cut off", "Jos\xC3\xA9 \xC3", "José ", "--encoding"},
      {"NUL", "ab\0cd"s, "ab", "NUL"},
      {"half a unit",
       "\xFF\xFE"
       "a\0b"s,
       "a", "middle of a character"},
      {"half a pair",
       "\xFF\xFE"
       "a\0\x3D\xD8"
       "b\0"s,
       "a", "UTF-16 LE"},
      {"a spreadsheet", "PK\x03\x04...", "", "save it as CSV"},
      {"gzip", "\x1F\x8B...", "", "unpack"},
  };
  for (auto const& row : rows) {
    SCOPED_TRACE(row.name);
    auto const decoded = decode(row.bytes);
    EXPECT_EQ(decoded.text, row.before);
    EXPECT_THAT(decoded.refused, testing::HasSubstr(row.told));
  }
}

TEST(TextDecoder, DoesNotDoubtWhatIsSaid) {
  EXPECT_EQ(decode("\xC8\xE2\xE0\xED", TextEncoding::windows_1252).text, "Èâàí");
  EXPECT_EQ(decode("Jos\xC3\xA9", TextEncoding::windows_1252).text, "JosÃ©");
  EXPECT_THAT(decode("Jos\xE9,", TextEncoding::utf_8).refused, testing::HasSubstr("0xE9 is not UTF-8"));
  EXPECT_THAT(decode("a\x81", TextEncoding::windows_1252).refused, testing::HasSubstr("0x81"));
  EXPECT_EQ(decode("\xFF\xFE"
                   "a\0"s,
                   TextEncoding::utf_16le)
                .text,
            "a");
}

TEST(TextEncoding, ReadsNames) {
  for (auto const* name : {"utf-8", "UTF8", "Utf_8"})
    EXPECT_EQ(parse_text_encoding(name), TextEncoding::utf_8);
  EXPECT_EQ(parse_text_encoding("UTF-16BE"), TextEncoding::utf_16be);
  EXPECT_EQ(parse_text_encoding("ISO-8859-1"), TextEncoding::windows_1252);
  EXPECT_FALSE(parse_text_encoding("koi8-r"));
}

TEST(ShownText, LeavesATerminalAlone) {
  EXPECT_EQ(shown("José, 中"), "José, 中");
  EXPECT_EQ(shown("\x1B[2J\n"), "\\x1B[2J\\x0A");
  EXPECT_EQ(shown("\xC2\x9B\x9B"), "\\xC2\\x9B\\x9B");
  EXPECT_EQ(shown("\u202E"
                  "abc"),
            "\\xE2\\x80\\xAE"
            "abc");
  EXPECT_EQ(shown(std::string(100, 'x')), std::string(max_shown_text, 'x') + "…");
  EXPECT_EQ(shown(std::string(max_shown_text - 1, 'x') + "éé"), std::string(max_shown_text - 1, 'x') + "…");
}

}  // namespace
}  // namespace linebook
